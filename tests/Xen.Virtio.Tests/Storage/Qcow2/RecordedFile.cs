using System;
using System.Collections.Generic;
using System.IO;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>A file in memory that remembers every write and every flush, and fails when it is told to.</summary>
internal sealed class RecordedFile(byte[] content) : IPositionalFile
{
    private const int NoSpaceLeft = 28;

    private readonly List<(long Offset, byte[]? Bytes)> _events = [];
    private byte[] _now = (byte[])content.Clone();
    private int _length = content.Length;

    public long Length => _length;

    public BlockDeviceGeometry? Device => null;

    public bool CanDiscard => true;

    /// <summary>How many writes and flushes there have been.</summary>
    public int Events => _events.Count;

    /// <summary>All of them, in their order; a flush has no bytes.</summary>
    public IReadOnlyList<(long Offset, byte[]? Bytes)> Recorded => _events;

    /// <summary>After so many more writes, each one fails; each grows the file and fails if there is no space.</summary>
    public int WritesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>After so many more flushes, each one fails.</summary>
    public int FlushesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>The length that the file cannot grow beyond.</summary>
    public long Space { get; set; } = long.MaxValue;

    /// <summary>Whether reads fail.</summary>
    public bool ReadsFail { get; set; }

    public int Read(long offset, Span<byte> destination)
    {
        if (ReadsFail)
            throw new IOException("this read fails");
        lock (_events)
        {
            var count = (int)Math.Clamp(_length - offset, 0, destination.Length);
            if (count > 0)
                _now.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        lock (_events)
        {
            if (WritesUntilFailure != int.MaxValue && --WritesUntilFailure < 0)
                throw new IOException("this write fails");
            if (offset + source.Length > Space)
                throw new IOException("no space left", NoSpaceLeft);
            _events.Add((offset, source.ToArray()));
            Apply(ref _now, ref _length, offset, source);
        }
    }

    // As a hole in a file.
    public bool TryDiscard(long offset, long length)
    {
        lock (_events)
        {
            length = Math.Clamp(_length - offset, 0, length);
            if (length == 0)
                return true;
            _events.Add((offset, new byte[length]));
            _now.AsSpan((int)offset, (int)length).Clear();
            return true;
        }
    }

    public bool TryZero(long offset, long length, bool mayUnmap) => false;

    public void Flush()
    {
        lock (_events)
        {
            if (FlushesUntilFailure != int.MaxValue && --FlushesUntilFailure < 0)
                throw new IOException("this flush fails");
            _events.Add((0, null));
        }
    }

    public void Dispose()
    {
        // What was recorded is still wanted.
    }

    /// <summary>What is in the file now.</summary>
    public byte[] ToArray() => _now[.._length];

    /// <summary>A time for a loss of power: any, or one that comes right before a flush would have ended.</summary>
    public int RandomCut(Random random)
    {
        var cut = random.Next(_events.Count + 1);
        if (random.Next(3) == 0)
            return cut;
        var flush = _events.FindIndex(Math.Min(cut, _events.Count - 1), entry => entry.Bytes is null);
        return flush < 0 ? cut : flush;
    }

    /// <summary>What a loss of power leaves: all until the last flush, and of the rest any sectors.</summary>
    /// <param name="events">How many writes and flushes came before it.</param>
    /// <param name="random">Which sectors of the rest.</param>
    public byte[] AfterPowerCut(int events, Random random)
    {
        var durable = _events.FindLastIndex(Math.Max(0, events - 1), events, entry => entry.Bytes is null);
        var (bytes, length) = ((byte[])content.Clone(), content.Length);
        var keep = random.Next(6); // all of the rest, none, some sectors, many; all writes but one, one alone
        var one = random.Next(Math.Max(0, durable), events + 1);
        for (var i = 0; i < events; i++)
        {
            var (offset, data) = _events[i];
            if (data is null)
                continue;
            if (i < durable)
            {
                Apply(ref bytes, ref length, offset, data);
                continue;
            }

            for (var at = 0; at < data.Length;)
            {
                var count = Math.Min(data.Length - at, 512 - (int)((offset + at) % 512));
                var kept = keep switch
                {
                    0 => true,
                    1 => false,
                    2 => random.Next(8) == 0,
                    3 => random.Next(8) != 0,
                    4 => i != one,
                    _ => i == one,
                };
                if (kept)
                    Apply(ref bytes, ref length, offset + at, data.AsSpan(at, count));
                at += count;
            }
        }

        return bytes[..length];
    }

    private static void Apply(ref byte[] bytes, ref int length, long offset, ReadOnlySpan<byte> source)
    {
        var end = (int)offset + source.Length;
        if (end > bytes.Length)
            Array.Resize(ref bytes, Math.Max(end, bytes.Length * 2));
        length = Math.Max(length, end);
        source.CopyTo(bytes.AsSpan((int)offset));
    }
}
