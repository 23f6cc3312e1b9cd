namespace Xen.Virtio.Queues;

/// <summary>How far a queue has come: what its device must know to go on where another process ended.</summary>
/// <param name="NextAvailable">Split: the next index of the available ring. Packed: the slot of the next descriptor.</param>
/// <param name="AvailableWrap">Packed: the wrap counter that belongs to it.</param>
/// <param name="NextUsed">Split: the next index of the used ring. Packed: the slot of the next used descriptor.</param>
/// <param name="UsedWrap">Packed: the wrap counter that belongs to it.</param>
public readonly record struct QueuePosition(
    ushort NextAvailable, bool AvailableWrap, ushort NextUsed, bool UsedWrap);
