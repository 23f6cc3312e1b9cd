using System.Runtime.InteropServices;

namespace Xen.Virtio.Spec;

/// <summary><c>struct virtq_desc</c>, virtio 1.2 §2.7.5: 16 bytes, little-endian.</summary>
/// <param name="Address">Guest physical address of the buffer.</param>
/// <param name="Length">Length of the buffer in bytes.</param>
/// <param name="Flags">Direction and continuation.</param>
/// <param name="Next">Index of the next descriptor, if <see cref="DescriptorFlags.Next"/> is set.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct Descriptor(ulong Address, uint Length, DescriptorFlags Flags, ushort Next)
{
    /// <summary>Size of one descriptor in bytes.</summary>
    public const int Size = 16;
}
