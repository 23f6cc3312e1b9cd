using System.Runtime.InteropServices;

namespace Xen.Virtio.Queues;

/// <summary>
/// A descriptor as two words, in guest memory or copied: <c>struct virtq_desc</c> (virtio 1.2 §2.7.5) or
/// <c>struct pvirtq_desc</c> (§2.8.13). Hosts are little-endian, as virtio 1.x is.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RawDescriptor
{
    /// <summary>Guest physical address of the buffer.</summary>
    public ulong Address;

    /// <summary>Length in bytes, below two fields of 16 bits. Split: flags, next. Packed: buffer id, flags.</summary>
    public ulong Rest;

    /// <summary>Where the flags of a split queue's descriptor, and the id of a packed one's, begin in the second word.</summary>
    public const int ThirdShift = 32;

    /// <summary>Where the successor of a split queue's descriptor, and the flags of a packed one's, begin.</summary>
    public const int FourthShift = 48;
}
