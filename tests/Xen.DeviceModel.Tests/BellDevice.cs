using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;

namespace Xen.DeviceModel.Tests;

/// <summary>A device with doorbells for two queues at one register, which counts who rings.</summary>
internal sealed class BellDevice : IMmioDevice, IDoorbellSource
{
    internal const ulong Register = 0x50;

    private readonly Bell[] _bells = [new(), new()];
    private int _writes;

    public ulong Length => 0x1000;

    public IReadOnlyList<DoorbellRegister> Doorbells =>
        [new(Register, 4, 0, _bells[0]), new(Register, 4, 1, _bells[1])];

    /// <summary>Writes that came to the device itself.</summary>
    internal int Writes => Volatile.Read(ref _writes);

    internal int Rings(int queue) => _bells[queue].Count;

    public IoResult Read(ulong offset, Span<byte> data)
    {
        data.Clear();
        return IoResult.Ok;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        Interlocked.Increment(ref _writes);
        if (offset == Register && data[0] < 2)
            _bells[data[0]].Ring();
        return IoResult.Ok;
    }

    private sealed class Bell : IDoorbell
    {
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        public void Ring() => Interlocked.Increment(ref _count);
    }
}
