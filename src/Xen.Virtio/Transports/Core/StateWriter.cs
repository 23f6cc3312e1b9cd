using System;
using System.Buffers;
using System.Buffers.Binary;

namespace Xen.Virtio.Transports.Core;

/// <summary>Writes a saved state: mark, version, kind, fields in little-endian order, checksum.</summary>
internal sealed class StateWriter
{
    public const uint Mark = 0x74737456; // "Vtst"
    public const byte Version = 1;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public StateWriter(StateKind kind)
    {
        Write(Mark);
        Write(Version);
        Write((byte)kind);
    }

    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    public void Write(byte value) => Write([value]);

    public void Write(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(sizeof(ushort)), value);
        _bytes.Advance(sizeof(ushort));
    }

    public void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
    }

    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(sizeof(ulong)), value);
        _bytes.Advance(sizeof(ulong));
    }

    public void Write(ReadOnlySpan<byte> value) => _bytes.Write(value);

    public byte[] Seal()
    {
        Write(Checksum(_bytes.WrittenSpan));
        return _bytes.WrittenSpan.ToArray();
    }

    // FNV-1a: finds a damaged or half-written file, which is all that it is for.
    public static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var b in bytes)
            hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
