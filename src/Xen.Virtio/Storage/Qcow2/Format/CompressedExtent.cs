namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>Where a compressed cluster is in the file.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">How many bytes at most: less than two clusters.</param>
internal readonly record struct CompressedExtent(long Offset, int Length);
