using System;
using System.Buffers.Binary;
using Xen.Machine;

namespace Xen.Benchmarks.DeviceModel;

/// <summary>A device with one register, which is all that is left if nothing is asked of a device.</summary>
internal sealed class Registers : IMmioDevice
{
    private uint _value;

    public ulong Length => 0x200;

    public IoResult Read(ulong offset, Span<byte> data)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(data, _value);
        return IoResult.Ok;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        _value = BinaryPrimitives.ReadUInt32LittleEndian(data);
        return IoResult.Ok;
    }
}
