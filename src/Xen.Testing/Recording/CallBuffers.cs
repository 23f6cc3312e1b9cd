using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Xen.Testing.Decoding;

namespace Xen.Testing.Recording;

/// <summary>The buffers that a hypercall reaches: by its registers, and by the pointers in these.</summary>
internal sealed class CallBuffers
{
    private const int PointerSize = sizeof(ulong);

    private readonly BufferLedger _ledger;
    private readonly List<LiveBuffer> _buffers = [];

    /// <summary>Collects them.</summary>
    internal CallBuffers(BufferLedger ledger, ReadOnlySpan<ulong> registers)
    {
        _ledger = ledger;
        Arguments = new string[registers[..(registers.LastIndexOfAnyExcept(0UL) + 1)].Length];
        for (var i = 0; i < Arguments.Count; i++)
            Arguments[i] = Normalise(registers[i]);

        // The list grows while it is gone through.
        for (var i = 0; i < _buffers.Count; i++)
        {
            ReadOnlySpan<byte> bytes = _buffers[i].Bytes;
            for (var offset = 0; offset + PointerSize <= bytes.Length; offset += PointerSize)
                TryNumber(BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]), out _);
        }
    }

    /// <summary>The registers, without zeros at the end: numbers, or places in buffers.</summary>
    internal IList<string> Arguments { get; }

    /// <summary>Where the buffers are.</summary>
    internal IReadOnlyList<ulong> Addresses => [.. _buffers.Select(buffer => (ulong)buffer.Address)];

    /// <summary>The memory of a buffer.</summary>
    internal Span<byte> Memory(int buffer) => _buffers[buffer].Bytes;

    /// <summary>All buffers as they are now.</summary>
    internal IReadOnlyList<RecordedBuffer> Capture() => [.. _buffers.Select(Capture)];

    private RecordedBuffer Capture(LiveBuffer buffer)
    {
        var bytes = buffer.Bytes.ToArray();
        var pointers = new List<RecordedPointer>();
        for (var offset = 0; offset + PointerSize <= bytes.Length; offset += PointerSize)
        {
            var word = bytes.AsSpan(offset, PointerSize);
            var address = BinaryPrimitives.ReadUInt64LittleEndian(word);
            if (!TryFind(address, out var number))
                continue;
            pointers.Add(new RecordedPointer(offset, number, (int)(address - (ulong)_buffers[number].Address)));
            word.Clear();
        }

        return RecordedBuffer.Of(bytes) with { Pointers = pointers };
    }

    private string Normalise(ulong value) => TryNumber(value, out var number)
        ? $"b{number}+{RecordedNumber.Format(value - (ulong)_buffers[number].Address)}"
        : RecordedNumber.Format(value);

    private bool TryNumber(ulong address, out int number)
    {
        if (TryFind(address, out number))
            return true;
        if (!_ledger.TryFind(address, out var buffer))
            return false;
        number = _buffers.Count;
        _buffers.Add(buffer);
        return true;
    }

    // Only among those that were there before the call.
    private bool TryFind(ulong address, out int number)
    {
        number = _buffers.FindIndex(buffer => address - (ulong)buffer.Address < (ulong)buffer.Size);
        return number >= 0;
    }
}
