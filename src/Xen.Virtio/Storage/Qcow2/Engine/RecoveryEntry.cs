namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>A change of a table.</summary>
/// <param name="Kind">Of which.</param>
/// <param name="At">An offset of the disk; or the number of a cluster of the file.</param>
/// <param name="Value">What is there now.</param>
internal readonly record struct RecoveryEntry(RecoveryKind Kind, long At, ulong Value);
