using System;

namespace Xen.Virtio.Spec.Block;

/// <summary>The flags of a <see cref="BlockRange"/>, virtio 1.2 §5.2.6.</summary>
[Flags]
public enum BlockRangeFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>unmap</c>: the space may be freed, as long as it reads as zeros. For write zeroes only.</summary>
    Unmap = 1,
}
