using System;
using System.Collections.Generic;
using Xen.Machine;

namespace Xen.DeviceModel.Tests;

/// <summary>A device that remembers what was written, and throws where a test wants it to.</summary>
internal sealed class ScratchDevice(int length) : IMmioDevice
{
    internal const ulong ThrowingOffset = 0x80;

    internal byte[] Bytes { get; } = new byte[length];

    internal List<(ulong Offset, int Size)> Writes { get; } = [];

    public ulong Length => (ulong)Bytes.Length;

    public IoResult Read(ulong offset, Span<byte> data)
    {
        if (offset == ThrowingOffset)
            throw new InvalidOperationException("a fault of this device, wanted by the test");
        Bytes.AsSpan((int)offset, data.Length).CopyTo(data);
        return IoResult.Ok;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        Writes.Add((offset, data.Length));
        data.CopyTo(Bytes.AsSpan((int)offset));
        return IoResult.Ok;
    }
}
