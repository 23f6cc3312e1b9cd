namespace Xen.Store;

/// <summary>Why a watch speaks.</summary>
public enum XenStoreWatchEventKind
{
    /// <summary>It was set: what is there now is still to be read.</summary>
    Initial,

    /// <summary>A node, or one below it, was written, made, removed, or given permissions; or nothing of it, now and then.</summary>
    Changed,

    /// <summary>It was set again on a new connection: whatever happened in between is not known.</summary>
    Rearmed,

    /// <summary>Its reader was slow, and events were put together: all that is watched should be read again.</summary>
    Overflow,
}
