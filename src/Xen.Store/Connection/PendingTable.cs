using System;
using System.Collections.Generic;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>Requests under way, found by their id, or by their order. Not thread-safe.</summary>
/// <remarks>
/// An id is a slot and, above it, how often the slot was used: an answer that comes twice, or late, finds nobody.
/// </remarks>
/// <param name="capacity">Requests at most.</param>
/// <param name="isOrdered">Whether answers have to be matched by their order.</param>
internal sealed class PendingTable(int capacity, bool isOrdered)
{
    private const int SlotBits = 16;
    private const int SlotMask = (1 << SlotBits) - 1;
    private const int InitialSlots = 16;

    private readonly Queue<uint>? _order = isOrdered ? new Queue<uint>() : null;
    private Slot[] _slots = [];
    private int[] _free = [];
    private int _freeCount;

    /// <summary>Requests under way.</summary>
    internal int Count { get; private set; }

    /// <summary>Whether there is room for a request.</summary>
    internal bool HasRoom => Count < capacity;

    /// <summary>Adds a request.</summary>
    /// <param name="entry">The request.</param>
    /// <param name="id">Its id.</param>
    /// <returns>False if there is no room.</returns>
    internal bool TryAdd(in PendingEntry entry, out uint id)
    {
        id = 0;
        if (_freeCount == 0 && !Grow())
            return false;
        var index = _free[--_freeCount];
        ref var slot = ref _slots[index];
        slot.Uses++;
        slot.Entry = entry;
        slot.IsUsed = true;
        id = ((uint)slot.Uses << SlotBits) | (uint)index;
        _order?.Enqueue(id);
        Count++;
        return true;
    }

    /// <summary>Takes out the request of an answer.</summary>
    /// <param name="id">The answer's id.</param>
    /// <param name="type">The answer's type.</param>
    /// <param name="entry">The request.</param>
    /// <returns>False if it is the answer to none.</returns>
    internal bool TryTake(uint id, MessageType type, out PendingEntry entry)
    {
        entry = default;
        if (_order is not null && !_order.TryPeek(out id))
            return false;
        if (!IsUnderWay(id))
            return false;
        ref var slot = ref _slots[(int)(id & SlotMask)];
        if (type != MessageType.Error && type != slot.Entry.Type)
            return false;

        _order?.Dequeue();
        entry = slot.Entry;
        slot.Entry = default;
        slot.IsUsed = false;
        _free[_freeCount++] = (int)(id & SlotMask);
        Count--;
        return true;
    }

    /// <summary>Has another take the answer of a request that is given up.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="target">Who waits for it now.</param>
    /// <param name="replacement">Who takes the answer.</param>
    /// <returns>False if the answer was there before.</returns>
    internal bool TryReplace(uint id, IReplyTarget target, IReplyTarget replacement)
    {
        if (!IsUnderWay(id))
            return false;
        ref var slot = ref _slots[(int)(id & SlotMask)];
        if (slot.Entry.Target != target)
            return false;
        slot.Entry = slot.Entry with { Target = replacement };
        return true;
    }

    /// <summary>Takes out all.</summary>
    internal List<PendingEntry> TakeAll()
    {
        var entries = new List<PendingEntry>(Count);
        foreach (var slot in _slots)
        {
            if (slot.IsUsed)
                entries.Add(slot.Entry);
        }

        _slots = [];
        _free = [];
        _freeCount = 0;
        _order?.Clear();
        Count = 0;
        return entries;
    }

    /// <summary>Has another take the answers of all requests that began before a time.</summary>
    /// <param name="limit">A timestamp.</param>
    /// <param name="replacement">Who takes the answers.</param>
    /// <returns>The requests.</returns>
    internal List<PendingEntry> ReplaceOlder(long limit, IReplyTarget replacement)
    {
        var entries = new List<PendingEntry>();
        for (var i = 0; i < _slots.Length; i++)
        {
            ref var slot = ref _slots[i];
            if (!slot.IsUsed || slot.Entry.Started >= limit || slot.Entry.Target == replacement)
                continue;
            entries.Add(slot.Entry);
            slot.Entry = slot.Entry with { Target = replacement };
        }

        return entries;
    }

    private bool IsUnderWay(uint id)
    {
        var index = (int)(id & SlotMask);
        return index < _slots.Length && _slots[index].IsUsed && _slots[index].Uses == (ushort)(id >> SlotBits);
    }

    private bool Grow()
    {
        var old = _slots.Length;
        if (old >= capacity)
            return false;
        var size = Math.Min(capacity, Math.Max(InitialSlots, old * 2));
        Array.Resize(ref _slots, size);
        Array.Resize(ref _free, size);
        for (var i = size - 1; i >= old; i--)
            _free[_freeCount++] = i;
        return true;
    }

    private struct Slot
    {
        internal PendingEntry Entry;
        internal ushort Uses;
        internal bool IsUsed;
    }
}
