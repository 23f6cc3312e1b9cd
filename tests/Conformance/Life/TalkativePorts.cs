using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Xen.Machine;

namespace Conformance.Life;

/// <summary>The device of <see cref="PortProgram"/>: it counts its answers, and notes what it is told.</summary>
internal sealed class TalkativePorts : IMmioDevice
{
    private uint _next = PortProgram.FirstAnswer;

    public ulong Length => 8;

    /// <summary>What it was told, in order.</summary>
    internal ConcurrentQueue<(ulong Offset, int Size, uint Value)> Told { get; } = new();

    public IoResult Read(ulong offset, Span<byte> data)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(value, _next++);
        value[..data.Length].CopyTo(data);
        return IoResult.Ok;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        value.Clear();
        data.CopyTo(value);
        Told.Enqueue((offset, data.Length, BinaryPrimitives.ReadUInt32LittleEndian(value)));
        return IoResult.Ok;
    }
}
