namespace Xen.Virtio.Devices;

/// <summary>What a chain in a window is.</summary>
internal enum WindowEntry
{
    /// <summary>It is about to start, under way, or has ended.</summary>
    Started,

    /// <summary>It is served when it is the oldest, and none is taken meanwhile.</summary>
    Alone,

    /// <summary>It is given back unserved.</summary>
    Malformed,
}
