using System;

namespace Xen.Virtio.Spec;

/// <summary>Flags of a descriptor in a split queue, virtio 1.2 §2.7.5.</summary>
[Flags]
public enum DescriptorFlags : ushort
{
    /// <summary>The last descriptor of its chain, readable by the device.</summary>
    None = 0,

    /// <summary>
    /// VIRTQ_DESC_F_NEXT: the chain goes on at the descriptor named by <see cref="Descriptor.Next"/>.
    /// </summary>
    Next = 1,

    /// <summary>VIRTQ_DESC_F_WRITE: the device writes this buffer; without it, the device reads it.</summary>
    Write = 2,

    /// <summary>VIRTQ_DESC_F_INDIRECT: the buffer holds a table of descriptors, §2.7.5.3.</summary>
    Indirect = 4,
}
