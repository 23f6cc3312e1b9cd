using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Testing.Recording;

/// <summary>A buffer as it is recorded: without addresses, which are others in each run.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Data">The first of them; the rest is zero.</param>
/// <param name="Pointers">The words of 8 bytes that lead into buffers.</param>
internal sealed record RecordedBuffer(int Size, byte[] Data, IReadOnlyList<RecordedPointer> Pointers)
{
    /// <summary>A buffer without pointers.</summary>
    internal static RecordedBuffer Of(ReadOnlySpan<byte> bytes) => new(bytes.Length, bytes.TrimEnd((byte)0).ToArray(), []);

    /// <summary>Whether it is the same, byte by byte and pointer by pointer.</summary>
    internal bool Matches(RecordedBuffer other) =>
        Size == other.Size && Data.AsSpan().SequenceEqual(other.Data) && Pointers.SequenceEqual(other.Pointers);

    /// <summary>Puts it into memory.</summary>
    /// <param name="memory">As many bytes as the buffer has.</param>
    /// <param name="addresses">Where the buffers of the call are.</param>
    internal void CopyTo(Span<byte> memory, IReadOnlyList<ulong> addresses)
    {
        memory.Clear();
        Data.CopyTo(memory);
        foreach (var pointer in Pointers)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(
                memory[pointer.Offset..], addresses[pointer.Buffer] + (ulong)pointer.Target);
        }
    }
}
