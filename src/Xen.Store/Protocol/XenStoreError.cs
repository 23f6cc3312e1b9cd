using Xen.Sys;

namespace Xen.Store;

/// <summary>Why a request failed, as the daemon names it. C origin: <c>xsd_errors</c>, public/io/xs_wire.h.</summary>
public enum XenStoreError
{
    /// <summary>A name that this SDK does not know.</summary>
    Unknown = 0,

    /// <summary>EPERM: the connection may not do that at all.</summary>
    NotPermitted = XenAbi.XEN_EPERM,

    /// <summary>ENOENT: no such node.</summary>
    NotFound = XenAbi.XEN_ENOENT,

    /// <summary>EIO: the daemon failed.</summary>
    InputOutput = XenAbi.XEN_EIO,

    /// <summary>E2BIG: the payload, or the answer, is too long.</summary>
    TooBig = XenAbi.XEN_E2BIG,

    /// <summary>EAGAIN: others changed what the transaction saw; begin again.</summary>
    Conflict = XenAbi.XEN_EAGAIN,

    /// <summary>ENOMEM: the daemon, or its quota, has no memory left.</summary>
    OutOfMemory = XenAbi.XEN_ENOMEM,

    /// <summary>EACCES: the node's permissions do not allow it.</summary>
    AccessDenied = XenAbi.XEN_EACCES,

    /// <summary>EBUSY: in use.</summary>
    Busy = XenAbi.XEN_EBUSY,

    /// <summary>EEXIST: there is one already.</summary>
    AlreadyExists = XenAbi.XEN_EEXIST,

    /// <summary>EISDIR: a directory.</summary>
    IsDirectory = XenAbi.XEN_EISDIR,

    /// <summary>EINVAL: the request is malformed.</summary>
    Invalid = XenAbi.XEN_EINVAL,

    /// <summary>ENOSPC, or oxenstored's EQUOTA: a quota is used up.</summary>
    QuotaExceeded = XenAbi.XEN_ENOSPC,

    /// <summary>EROFS: read-only.</summary>
    ReadOnly = XenAbi.XEN_EROFS,

    /// <summary>ENOSYS: the daemon has no such operation.</summary>
    NotImplemented = XenAbi.XEN_ENOSYS,

    /// <summary>ENOTEMPTY: there are nodes below it.</summary>
    NotEmpty = XenAbi.XEN_ENOTEMPTY,

    /// <summary>EISCONN: the domain is introduced already.</summary>
    AlreadyConnected = XenAbi.XEN_EISCONN,
}
