namespace Xen.Store.Protocol;

/// <summary>What requests are called in messages and in telemetry: the words of docs/misc/xenstore.txt.</summary>
public static class RequestNames
{
    /// <summary>The name of a request.</summary>
    /// <param name="type">What it is.</param>
    public static string Name(MessageType type) => type switch
    {
        MessageType.Control => "control",
        MessageType.Directory => "directory",
        MessageType.Read => "read",
        MessageType.GetPermissions => "get_perms",
        MessageType.Watch => "watch",
        MessageType.Unwatch => "unwatch",
        MessageType.TransactionStart => "transaction_start",
        MessageType.TransactionEnd => "transaction_end",
        MessageType.Introduce => "introduce",
        MessageType.Release => "release",
        MessageType.GetDomainPath => "get_domain_path",
        MessageType.Write => "write",
        MessageType.MakeDirectory => "mkdir",
        MessageType.Remove => "rm",
        MessageType.SetPermissions => "set_perms",
        MessageType.IsDomainIntroduced => "is_domain_introduced",
        MessageType.Resume => "resume",
        MessageType.SetTarget => "set_target",
        MessageType.ResetWatches => "reset_watches",
        MessageType.DirectoryPart => "directory_part",
        MessageType.GetFeature => "get_feature",
        MessageType.SetFeature => "set_feature",
        MessageType.GetQuota => "get_quota",
        MessageType.SetQuota => "set_quota",
        _ => "other",
    };

    /// <summary>Whether a request may be made twice without doing more than once: it changes nothing.</summary>
    /// <param name="type">What it is.</param>
    public static bool IsIdempotent(MessageType type) => type is MessageType.Directory or MessageType.Read
        or MessageType.GetPermissions or MessageType.GetDomainPath or MessageType.IsDomainIntroduced
        or MessageType.DirectoryPart or MessageType.GetFeature or MessageType.GetQuota;
}
