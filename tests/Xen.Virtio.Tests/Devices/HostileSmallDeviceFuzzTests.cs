using System;
using System.Linq;
using Xen.Testing.Console;
using Xen.Testing.Gpio;
using Xen.Testing.I2c;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.I2c;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// A guest that writes anything into queues and buffers of an I2C adapter, a GPIO device and a console, while they run. Nothing
/// throws, nothing hangs, and after a reset the device works.
/// </summary>
public sealed class HostileSmallDeviceFuzzTests(ITestOutputHelper output)
{
    private const ulong Buffers = 0x70_0000;
    private const int Rounds = 40;
    private const int Scribbles = 100;
    private const ushort QueueSize = 16;

    public static TheoryData<TransportKind, int> Seeds => new MatrixTheoryData<TransportKind, int>(
        [TransportKind.Mmio, TransportKind.PciMessages], [1, 2, 3, Random.Shared.Next()]);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void I2c_adapter_survives(TransportKind kind, int seed)
    {
        var bus = new SimulatedI2cBus();
        bus.Plug(new I2cAddress(0x50), new SimulatedEeprom());
        bus.Plug(new I2cAddress(0x48), new SimulatedThermometer());
        bus.Plug(new I2cAddress(0x68), new SimulatedRtc());
        var options = new I2cDeviceOptions { GroupPatience = TimeSpan.FromMilliseconds(1) };
        Run(kind, new I2cDevice(bus, options), seed, queues: 1, words: [0xa0, 0x90, 0xd0, 0, 1, 2, 3], bench =>
        {
            var driver = new I2cDriver(bench.Guest);
            driver.Start(queueSize: QueueSize);
            Assert.Equal(
                [I2cRequestStatus.Ok],
                driver.Transfer(new I2cMessage(new I2cAddress(0x50), IsRead: false, new byte[] { 1 })));
        });
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gpio_device_survives(TransportKind kind, int seed)
    {
        var bank = new SimulatedGpioBank("a", "b", "c", "d");
        Run(kind, new GpioDevice(bank), seed, queues: 2, words: [0, 1, 2, 3, 4, 5, 6, 8], bench =>
        {
            var guest = new GpioGuest(bench.Guest);
            guest.AssertNoEvent();
            bank.Drive(seed & 3, high: (seed & 4) != 0);
        });
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Console_survives(TransportKind kind, int seed)
    {
        var ends = Enumerable.Range(0, 2).Select(_ => new SimulatedConsoleEnd(room: 100)).ToArray();
        var device = new ConsoleDevice([new(ends[0]) { IsConsole = true }, new(ends[1]) { Name = "name" }]);
        Run(kind, device, seed, queues: 6, words: [0, 1, 2, 3, 4, 5, 6, 7], bench =>
        {
            ends[0].Take();
            ends[1].Take();
            ends[0].Send("x");
            bench.Guest.Negotiate(0);
            var queue = bench.Guest.SetUpQueue(0);
            bench.Guest.SetDriverOk();
            queue.Add(new GuestBuffer(Buffers, 1, true));
            bench.Guest.Notify(0);
            Assert.Equal(1u, bench.Guest.WaitUsed(queue).Length);
        });
    }

    private void Run(
        TransportKind kind, IVirtioDevice device, int seed, int queues, ushort[] words, Action<TransportBench> assertServes)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new TransportBench(kind, device);
        for (var round = 0; round < Rounds; round++)
        {
            var mark = bench.Guest.Allocator.Position;
            bench.Guest.Negotiate();
            var rings = Enumerable.Range(0, queues).Select(i => bench.Guest.SetUpSplitQueue(i, QueueSize)).ToArray();
            bench.Guest.SetDriverOk();
            for (var i = 0; i < Scribbles; i++)
                Scribble(bench, rings, random, words);
            assertServes(bench);
            bench.Guest.Reset();
            bench.Guest.Allocator.Position = mark;
        }
    }

    private static void Scribble(TransportBench bench, GuestQueue[] rings, Random random, ushort[] words)
    {
        // Numbers that mean something, where headers lie.
        for (var i = 0; i < 8; i++)
        {
            var word = random.Next(10) == 0 ? (ushort)random.Next(0x10000) : words[random.Next(words.Length)];
            BitConverter.TryWriteBytes(bench.Memory.Span(Buffers + (ulong)(i * 2), 2), word);
        }

        var index = random.Next(rings.Length);
        var ring = rings[index];
        for (var i = 0; i < QueueSize; i++)
        {
            // In threes, as requests are; each rule is broken now and then.
            var flags = (i % 3 != 2) != Rarely(random) ? DescriptorFlags.Next : DescriptorFlags.None;
            if ((i % 3 == 2 || random.Next(4) == 0) != Rarely(random))
                flags |= DescriptorFlags.Write;
            if (Rarely(random))
                flags |= DescriptorFlags.Indirect;
            ulong address = Rarely(random) ? 0x9000_0000 : Buffers + (uint)random.Next(16);
            uint length = random.Next(8) switch
            {
                0 => (uint)random.Next(20),
                1 => Rarely(random) ? uint.MaxValue : 70000,
                2 => 1,
                _ => 8,
            };
            ring.WriteDescriptor(
                i, new Descriptor(address, length, flags, (ushort)(Rarely(random) ? random.Next(20) : (i + 1) % QueueSize)));
        }

        ring.MakeAvailable((ushort)(random.Next(QueueSize / 3) * 3));
        if (random.Next(100) == 0)
            ring.WriteAvailableIndex((ushort)random.Next(0x10000));
        if (random.Next(2) == 0)
            bench.Guest.Notify(index);
    }

    private static bool Rarely(Random random) => random.Next(50) == 0;
}
