using System;

namespace Xen.Benchmarks.Virtio;

/// <summary>What kind of queue; the numbers are what the peer understands.</summary>
[Flags]
internal enum QueueKind
{
    /// <summary>Split, direct descriptors, flags.</summary>
    None = 0,

    /// <summary>The packed layout.</summary>
    Packed = 1,

    /// <summary>A table for each chain.</summary>
    Indirect = 2,

    /// <summary>Event indices.</summary>
    EventIndex = 4,
}
