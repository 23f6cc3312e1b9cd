using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>The tables, of one cluster each, that were used last. Not thread-safe.</summary>
/// <remarks>
/// A table that was changed stays until <see cref="WriteDirty"/>: when it may be written is not for a cache to say.
/// Whoever changes tables keeps at least one of the slots clean.
/// </remarks>
internal sealed class TableCache
{
    private readonly ImageFile _file;
    private readonly int _clusterSize;
    private readonly Slot[] _slots;
    private readonly Dictionary<long, Slot> _byOffset;
    private long _clock;
    private int _used;

    /// <param name="file">Where the tables are.</param>
    /// <param name="clusterSize">Bytes of a table.</param>
    /// <param name="slots">How many tables.</param>
    public TableCache(ImageFile file, int clusterSize, int slots)
    {
        _file = file;
        _clusterSize = clusterSize;
        _slots = new Slot[slots];
        _byOffset = new Dictionary<long, Slot>(Math.Min(slots, 256));
    }

    public int DirtyCount { get; private set; }

    /// <summary>Whether half of the tables wait to be written.</summary>
    public bool IsHalfDirty => DirtyCount >= _slots.Length / 2;

    /// <summary>A table, read if need be. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Get(long offset) => Load(offset).Bytes;

    /// <summary>A table of which a part will be changed now. Valid until the next call.</summary>
    public Span<byte> Change(long offset, int from, int length)
    {
        var slot = Load(offset);
        MarkDirty(slot, from, from + length);
        return slot.Bytes;
    }

    /// <summary>Takes a table in whose place in the file has other content, or none.</summary>
    /// <param name="offset">Where it belongs.</param>
    /// <param name="content">What is in it; zeros if empty.</param>
    public void Insert(long offset, ReadOnlySpan<byte> content)
    {
        if (!_byOffset.TryGetValue(offset, out var slot))
            slot = Vacate();
        else if (slot.IsDirty)
            MarkClean(slot);
        _byOffset.Remove(offset);
        if (content.IsEmpty)
            Array.Clear(slot.Bytes);
        else
            content.CopyTo(slot.Bytes);
        Occupy(slot, offset);
        MarkDirty(slot, 0, _clusterSize);
    }

    /// <summary>Forgets a table, changed or not.</summary>
    public void Drop(long offset)
    {
        if (!_byOffset.Remove(offset, out var slot))
            return;
        if (slot.IsDirty)
            MarkClean(slot);
        slot.Offset = 0;
        slot.LastUse = 0;
    }

    /// <summary>Writes what was changed, the tables in the order of their offsets.</summary>
    public void WriteDirty()
    {
        if (DirtyCount == 0)
            return;
        foreach (var slot in _slots.Take(_used).Where(slot => slot.IsDirty).OrderBy(slot => slot.Offset))
        {
            _file.Write(slot.Offset + slot.DirtyFrom, slot.Bytes.AsSpan(slot.DirtyFrom..slot.DirtyTo));
            MarkClean(slot);
        }
    }

    private Slot Load(long offset)
    {
        if (_byOffset.TryGetValue(offset, out var slot))
        {
            slot.LastUse = ++_clock;
            return slot;
        }

        slot = Vacate();
        _file.Read(offset, slot.Bytes);
        Occupy(slot, offset);
        return slot;
    }

    // A slot that holds nothing. It stays free if reading into it fails.
    private Slot Vacate()
    {
        if (_used < _slots.Length)
            return _slots[_used++] = new Slot(_clusterSize);

        Slot? oldest = null;
        foreach (var slot in _slots)
        {
            if (!slot.IsDirty && (oldest is null || slot.LastUse < oldest.LastUse))
                oldest = slot;
        }

        if (oldest is null)
            throw new InvalidOperationException("every table in the cache waits to be written");
        _byOffset.Remove(oldest.Offset);
        oldest.Offset = 0;
        oldest.LastUse = 0;
        return oldest;
    }

    private void Occupy(Slot slot, long offset)
    {
        slot.Offset = offset;
        slot.LastUse = ++_clock;
        _byOffset[offset] = slot;
    }

    private void MarkDirty(Slot slot, int from, int to)
    {
        if (!slot.IsDirty)
        {
            DirtyCount++;
            slot.DirtyFrom = from;
            slot.DirtyTo = to;
            return;
        }

        slot.DirtyFrom = Math.Min(slot.DirtyFrom, from);
        slot.DirtyTo = Math.Max(slot.DirtyTo, to);
    }

    private void MarkClean(Slot slot)
    {
        DirtyCount--;
        slot.DirtyTo = 0;
    }

    private sealed class Slot(int size)
    {
        public byte[] Bytes { get; } = new byte[size];

        public long Offset { get; set; }

        public long LastUse { get; set; }

        public int DirtyFrom { get; set; }

        public int DirtyTo { get; set; }

        public bool IsDirty => DirtyTo != 0;
    }
}
