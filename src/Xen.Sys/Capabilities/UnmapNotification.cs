namespace Xen.Sys;

/// <summary>What the other side is told when a shared page is unmapped, also by the death of this process.</summary>
/// <param name="ClearedByte">Offset within the mapping of a byte that is then set to 0; null for none.</param>
/// <param name="Port">An event channel port of ours that is then signalled; null for none.</param>
public readonly record struct UnmapNotification(int? ClearedByte, EventChannelPort? Port);
