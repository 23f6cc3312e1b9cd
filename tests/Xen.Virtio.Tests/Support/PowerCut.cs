using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Threading;

namespace Xen.Virtio.Tests.Support;

/// <summary>What a guest may find on its disk after a loss of power, and what is really there.</summary>
/// <remarks>
/// After each step the power may go. What the disk was told before its last flush is there; of what came later, any
/// sectors may be there, in any order. Each sector holds one number, so that it is known which write it is of.
/// </remarks>
internal sealed class PowerCut(int sectors, Random random)
{
    /// <summary>A sector whose content is not defined.</summary>
    public const ulong Anything = ulong.MaxValue;

    private const int Samples = 3;

    private readonly byte[] _flushed = new byte[sectors * 512];
    private readonly List<RecordedChange> _unflushed = [];
    private readonly ulong[] _durable = new ulong[sectors];
    private readonly HashSet<ulong>[] _possible = CreateSets(sectors);
    private readonly Lock _gate = new();

    /// <summary>What was found that must not be; null if nothing.</summary>
    public string? Violation { get; private set; }

    /// <summary>How often the power went.</summary>
    public int Cuts { get; private set; }

    /// <summary>The guest is about to change sectors.</summary>
    public void Begin(int sector, int count, ulong value)
    {
        lock (_gate)
        {
            for (var i = sector; i < sector + count; i++)
                _possible[i].Add(value);
        }
    }

    /// <summary>The guest was told that what these sectors hold now is durable.</summary>
    public void Durable(int sector, int count, Func<int, ulong> value)
    {
        lock (_gate)
        {
            for (var i = sector; i < sector + count; i++)
            {
                _durable[i] = value(i);
                _possible[i].Clear();
            }

            Cut();
        }
    }

    /// <summary>The disk was told something.</summary>
    public void Changed(RecordedChange change)
    {
        lock (_gate)
        {
            if (change.IsFlush)
            {
                foreach (var earlier in _unflushed)
                    earlier.Data.CopyTo(_flushed.AsSpan((int)earlier.Offset));
                _unflushed.Clear();
            }
            else
            {
                _unflushed.Add(change);
            }

            Cut();
        }
    }

    private void Cut()
    {
        for (var sample = 0; sample < Samples; sample++)
        {
            Cuts++;
            var image = (byte[])_flushed.Clone();
            var order = _unflushed.ToArray();
            random.Shuffle(order);
            foreach (var change in order)
                Tear(change, image);
            Check(image);
        }
    }

    private void Tear(RecordedChange change, byte[] image)
    {
        for (var offset = 0; offset < change.Data!.Length; offset += 512)
        {
            if (random.Next(2) == 0)
                change.Data.AsSpan(offset, 512).CopyTo(image.AsSpan((int)change.Offset + offset));
        }
    }

    private void Check(byte[] image)
    {
        for (var sector = 0; sector < sectors; sector++)
        {
            var content = image.AsSpan(sector * 512, 512);
            var found = BinaryPrimitives.ReadUInt64LittleEndian(content);
            var isAllowed = found == _durable[sector] || _durable[sector] == Anything
                || _possible[sector].Contains(found) || _possible[sector].Contains(Anything);
            if (!isAllowed)
                Violation ??= $"sector {sector} holds {found}, and {_durable[sector]} was durable";
        }
    }

    private static HashSet<ulong>[] CreateSets(int count)
    {
        var sets = new HashSet<ulong>[count];
        for (var i = 0; i < count; i++)
            sets[i] = [];
        return sets;
    }
}
