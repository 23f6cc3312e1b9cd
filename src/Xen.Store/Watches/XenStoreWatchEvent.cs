namespace Xen.Store;

/// <summary>Something that is watched changed.</summary>
/// <param name="Path">
/// The node, as the watch names nodes: absolute, or relative if the watch is. It may be gone. If a parent was removed, or the
/// event is not of kind <see cref="XenStoreWatchEventKind.Changed"/>, it is what is watched.
/// </param>
/// <param name="Kind">Why the watch speaks.</param>
public readonly record struct XenStoreWatchEvent(string Path, XenStoreWatchEventKind Kind);
