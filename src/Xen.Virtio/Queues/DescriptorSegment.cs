namespace Xen.Virtio.Queues;

/// <summary>One buffer of a chain: a private copy of what the descriptor said.</summary>
/// <param name="Address">Guest physical address. Whether it is memory shows only on access.</param>
/// <param name="Length">Length in bytes, above 0; address plus length does not overflow.</param>
public readonly record struct DescriptorSegment(ulong Address, uint Length);
