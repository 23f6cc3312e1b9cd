using System;
using System.Buffers.Binary;
using Xen.Machine;

namespace Xen.DeviceModel.Tests;

/// <summary>A PCI function with one window, placed by register 0x10 while bit 1 of register 4 is set.</summary>
internal sealed class ScratchPciDevice : IPciDevice
{
    private readonly byte[] _config = new byte[256];
    private IPciHost? _host;

    internal ScratchPciDevice()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_config, 0x10411af4);
    }

    internal ScratchDevice Window { get; } = new(0x4000);

    internal IPciHost Host => _host!;

    public void Attach(IPciHost host) => _host = host;

    public IoResult ReadConfig(int offset, Span<byte> data)
    {
        _config.AsSpan(offset, data.Length).CopyTo(data);
        return IoResult.Ok;
    }

    public IoResult WriteConfig(int offset, ReadOnlySpan<byte> data)
    {
        if (offset < 4)
            return IoResult.WrongDirection;
        data.CopyTo(_config.AsSpan(offset));
        if ((_config[4] & 2) != 0)
            Host.MapBar(0, BinaryPrimitives.ReadUInt64LittleEndian(_config.AsSpan(0x10)) & ~0xfUL, Window);
        else
            Host.UnmapBar(0);
        return IoResult.Ok;
    }
}
