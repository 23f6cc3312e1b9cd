using System;
using System.Buffers.Binary;
using Xen.Machine;

namespace Conformance.Life;

/// <summary>A PCI function with one window, which reads as the offset.</summary>
internal sealed class PlainFunction : IPciDevice, IMmioDevice
{
    private const int Command = 4;
    private const int Bar = 0x10;
    private const byte DecodesMemory = 2;

    private readonly byte[] _config = new byte[256];
    private IPciHost? _host;

    internal PlainFunction() => _config[Command] = DecodesMemory;

    public ulong Length => 0x1000;

    public void Attach(IPciHost host) => _host = host;

    public IoResult ReadConfig(int offset, Span<byte> data)
    {
        _config.AsSpan(offset, data.Length).CopyTo(data);
        return IoResult.Ok;
    }

    public IoResult WriteConfig(int offset, ReadOnlySpan<byte> data)
    {
        data.CopyTo(_config.AsSpan(offset));
        if ((_config[Command] & DecodesMemory) != 0)
            _host!.MapBar(0, BinaryPrimitives.ReadUInt32LittleEndian(_config.AsSpan(Bar)), this);
        else
            _host!.UnmapBar(0);
        return IoResult.Ok;
    }

    public IoResult Read(ulong offset, Span<byte> data)
    {
        if (data.Length != sizeof(uint))
            return IoResult.InvalidAccessSize;
        BinaryPrimitives.WriteUInt32LittleEndian(data, PortProgram.WindowValue + (uint)offset);
        return IoResult.Ok;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data) => IoResult.WrongDirection;
}
