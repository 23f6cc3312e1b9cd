using System;
using System.Buffers.Binary;

namespace Xen.Virtio.Transports.Core;

/// <summary>
/// Reads what <see cref="StateWriter"/> wrote. What is missing reads as 0 and makes the state invalid, so that one look at
/// the end is enough.
/// </summary>
internal ref struct StateReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _failed;

    public StateReader(ReadOnlySpan<byte> state, StateKind kind)
    {
        _failed = state.Length < sizeof(ulong)
            || StateWriter.Checksum(state[..^sizeof(ulong)])
                != BinaryPrimitives.ReadUInt64LittleEndian(state[^sizeof(ulong)..]);
        _rest = _failed ? default : state[..^sizeof(ulong)];
        _failed |= ReadUInt32() != StateWriter.Mark || ReadByte() != StateWriter.Version || ReadByte() != (byte)kind;
    }

    /// <summary>Everything was there, and nothing is left.</summary>
    public readonly bool IsAtEnd => !_failed && _rest.IsEmpty;

    public bool ReadBool()
    {
        var value = ReadByte();
        _failed |= value > 1;
        return value == 1;
    }

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public void Read(scoped Span<byte> value) => Take(value.Length).CopyTo(value);

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_failed || _rest.Length < length)
        {
            _failed = true;
            return new byte[length];
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
