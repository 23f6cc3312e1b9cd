using Xen.Sys;

namespace Xen.Store.Protocol;

/// <summary>What a message is. C origin: <c>enum xsd_sockmsg_type</c>, public/io/xs_wire.h.</summary>
public enum MessageType : uint
{
    /// <summary>A command to the daemon itself.</summary>
    Control = xsd_sockmsg_type.XS_CONTROL,

    /// <summary>The names of a node's children.</summary>
    Directory = xsd_sockmsg_type.XS_DIRECTORY,

    /// <summary>A node's value.</summary>
    Read = xsd_sockmsg_type.XS_READ,

    /// <summary>A node's permissions.</summary>
    GetPermissions = xsd_sockmsg_type.XS_GET_PERMS,

    /// <summary>Ask for events of a node and those below it.</summary>
    Watch = xsd_sockmsg_type.XS_WATCH,

    /// <summary>End a watch.</summary>
    Unwatch = xsd_sockmsg_type.XS_UNWATCH,

    /// <summary>Begin a transaction.</summary>
    TransactionStart = xsd_sockmsg_type.XS_TRANSACTION_START,

    /// <summary>End a transaction, by commit or by abort.</summary>
    TransactionEnd = xsd_sockmsg_type.XS_TRANSACTION_END,

    /// <summary>Make a domain's ring known to the daemon.</summary>
    Introduce = xsd_sockmsg_type.XS_INTRODUCE,

    /// <summary>Make the daemon forget a domain's ring.</summary>
    Release = xsd_sockmsg_type.XS_RELEASE,

    /// <summary>The path of a domain's own part of the store.</summary>
    GetDomainPath = xsd_sockmsg_type.XS_GET_DOMAIN_PATH,

    /// <summary>Give a node a value, and make it if it is not there.</summary>
    Write = xsd_sockmsg_type.XS_WRITE,

    /// <summary>Make a node.</summary>
    MakeDirectory = xsd_sockmsg_type.XS_MKDIR,

    /// <summary>Remove a node and all below it.</summary>
    Remove = xsd_sockmsg_type.XS_RM,

    /// <summary>Give a node permissions.</summary>
    SetPermissions = xsd_sockmsg_type.XS_SET_PERMS,

    /// <summary>From the daemon only: something that is watched changed.</summary>
    WatchEvent = xsd_sockmsg_type.XS_WATCH_EVENT,

    /// <summary>From the daemon only: a request failed.</summary>
    Error = xsd_sockmsg_type.XS_ERROR,

    /// <summary>Whether the daemon knows a domain's ring.</summary>
    IsDomainIntroduced = xsd_sockmsg_type.XS_IS_DOMAIN_INTRODUCED,

    /// <summary>Tell the daemon that a suspended domain runs again.</summary>
    Resume = xsd_sockmsg_type.XS_RESUME,

    /// <summary>Let one domain act for another.</summary>
    SetTarget = xsd_sockmsg_type.XS_SET_TARGET,

    /// <summary>End all watches and transactions of the connection.</summary>
    ResetWatches = xsd_sockmsg_type.XS_RESET_WATCHES,

    /// <summary>Names of a node's children, from an offset on.</summary>
    DirectoryPart = xsd_sockmsg_type.XS_DIRECTORY_PART,

    /// <summary>What the daemon can do. Newer than the headers at hand: docs/misc/xenstore.txt of Xen 4.21.</summary>
    GetFeature = 23,

    /// <summary>Choose what a domain's connection can do. Newer than the headers at hand, as above.</summary>
    SetFeature = 24,

    /// <summary>A quota, or the names of all. Newer than the headers at hand, as above.</summary>
    GetQuota = 25,

    /// <summary>Set a quota. Newer than the headers at hand, as above.</summary>
    SetQuota = 26,
}
