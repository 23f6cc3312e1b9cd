namespace Xen.Virtio.Storage.Nbd;

/// <summary>A write that may have to be written again.</summary>
internal readonly record struct NbdLoggedWrite(
    long Sequence, NbdCommand Command, ushort Flags, long Offset, int Length, byte[]? Buffer);
