namespace Xen.Virtio.Storage;

/// <summary>How a back end is best used. Hints: whatever does not follow them works, only slower.</summary>
/// <param name="PhysicalBlockSize">Bytes that cannot be written in less than one step inside; a power of two.</param>
/// <param name="MinimumIoSize">Bytes below which an I/O is not efficient; 0 if nothing is known.</param>
/// <param name="OptimalIoSize">Bytes of an I/O that is best; 0 if nothing is known.</param>
/// <param name="DiscardGranularity">Bytes that are freed together, aligned to themselves; a power of two.</param>
public readonly record struct BlockTopology(
    int PhysicalBlockSize, int MinimumIoSize, int OptimalIoSize, int DiscardGranularity);
