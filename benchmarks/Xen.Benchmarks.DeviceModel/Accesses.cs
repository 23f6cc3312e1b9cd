using System;
using System.Diagnostics;
using Xen.DeviceModel;
using Xen.Machine;

namespace Xen.Benchmarks.DeviceModel;

/// <summary>Reads and writes of registers, of devices in random order: by the bus, or by a call of the device.</summary>
internal sealed class Accesses
{
    private const int Count = 4096;
    private const ulong Address = 0xd0000000;
    private const ulong Distance = 0x200;

    private readonly IMmioDevice[] _devices;
    private readonly IoBus _bus = new();
    private readonly int[] _order = new int[Count];

    /// <summary>Makes devices, side by side.</summary>
    /// <param name="devices">How many.</param>
    internal Accesses(int devices)
    {
        _devices = new IMmioDevice[devices];
        for (var i = 0; i < devices; i++)
            _bus.Add(Address + ((ulong)i * Distance), _devices[i] = new Registers());
        var random = new Random(1);
        for (var i = 0; i < Count; i++)
            _order[i] = random.Next(devices);
    }

    /// <summary>A read and a write of each of them, by the bus.</summary>
    internal Turn ByBus() => Measure(static (accesses, data) =>
    {
        var sum = 0;
        foreach (var number in accesses._order)
        {
            var address = Address + ((ulong)number * Distance);
            sum += (int)accesses._bus.Read(address, data) + (int)accesses._bus.Write(address, data);
        }

        return sum;
    });

    /// <summary>The same, by calls.</summary>
    internal Turn ByCall() => Measure(static (accesses, data) =>
    {
        var sum = 0;
        foreach (var number in accesses._order)
        {
            var device = accesses._devices[number];
            sum += (int)device.Read(0, data) + (int)device.Write(0, data);
        }

        return sum;
    });

    private Turn Measure(Func<Accesses, byte[], int> run)
    {
        const int Rounds = 20;
        var data = new byte[sizeof(uint)];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
        {
            if (run(this, data) != 0)
                throw new InvalidOperationException("an access was not answered");
        }

        var time = Stopwatch.GetElapsedTime(start);
        return new Turn(time.TotalNanoseconds / (2.0 * Count * Rounds), GC.GetAllocatedBytesForCurrentThread() - allocated);
    }
}
