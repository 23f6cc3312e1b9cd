using System;
using Microsoft.Extensions.Logging;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;
using Xen.Virtio.Transports.Mmio;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// A guest that writes anything anywhere, while the worker runs. Nothing throws, nothing hangs, and after a reset the
/// device works.
/// </summary>
public sealed class HostileGuestFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 60;
    private const int Scribbles = 200;

    public static TheoryData<int> Seeds => new(1, 2, 3, 4, 5, 6, Random.Shared.Next());

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Device_survives_a_guest_that_writes_anything_anywhere(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var logger = new ListLogger();
        using var bench = new BlockBench(
            options: new BlockDeviceOptions { QueueSize = 16 }, mmio: new VirtioMmioOptions { StopTimeout = TimeSpan.FromSeconds(30) },
            logger: logger);
        for (var round = 0; round < Rounds; round++)
        {
            var mark = bench.Guest.Allocator.Position;
            bench.Driver.Start();
            for (var i = 0; i < Scribbles; i++)
                Scribble(bench, random);

            bench.Driver.Start();
            bench.AssertServes();
            bench.Guest.Reset();
            bench.Guest.Allocator.Position = mark;
        }

        output.WriteLine(bench.Metrics.ToString());
        Assert.DoesNotContain(logger.Lines, line => line.Level >= LogLevel.Error);
    }

    private static void Scribble(BlockBench bench, Random random)
    {
        var queue = bench.Driver.SplitQueue;
        switch (random.Next(62))
        {
            case 0:
                Span<byte> data = stackalloc byte[8];
                random.NextBytes(data);
                bench.Transport.Write((ulong)random.Next(0x208), data[..(1 << random.Next(4))]);
                break;
            case 1:
                var register = Pick<MmioRegister>(random, Enum.GetValues<MmioRegister>());
                bench.Guest.WriteRegister(register, (uint)random.Next(4));
                bench.Guest.ReadRegister(register);
                break;
            case 2:
                queue.WriteAvailableIndex((ushort)random.Next(0x10000));
                bench.Guest.Notify(0);
                break;
            case 3:
                var table = bench.Memory.Span(queue.Config.DescriptorTable, SplitRing.DescriptorTableLength(queue.Config.Size));
                random.NextBytes(table.Slice(random.Next(table.Length - 32), 32));
                break;
            case 4:
                random.NextBytes(bench.Memory.Span(queue.Config.UsedRing, 8));
                break;
            case 5:
                random.NextBytes(bench.Memory.Span(queue.Config.AvailableRing, SplitRing.AvailableRingLength(queue.Config.Size)));
                bench.Guest.Notify(0);
                break;
            case 6:
                bench.Driver.Start();
                break;
            case 7:
                // A storm, of which nothing comes.
                for (var i = 0; i < 100; i++)
                    bench.Guest.Notify(random.Next(3));
                break;
            case 8:
                // The rings move while they are in use, or the guest would have it so.
                var config = queue.Config;
                bench.Guest.WriteQueue(
                    (uint)random.Next(64), config.DescriptorTable + (ulong)random.Next(64), (ulong)random.NextInt64(),
                    config.UsedRing + (ulong)random.Next(64));
                bench.Guest.WriteRegister(MmioRegister.QueueReady, (uint)random.Next(2));
                bench.Guest.Notify(0);
                break;
            default:
                PlaceLikelyRequest(bench, random, queue);
                break;
        }
    }

    // Almost right, so that it gets further than the first check.
    private static void PlaceLikelyRequest(BlockBench bench, Random random, GuestQueue queue)
    {
        const ulong Headers = 0x70_0000;
        var sector = random.Next(4) == 0 ? (ulong)random.NextInt64() : (ulong)random.Next(BlockBench.DefaultSectors);
        var type = random.Next(4) == 0 ? (uint)random.Next() : (uint)random.Next(9);
        new BlockRequestHeader((BlockRequestType)type, sector).Format(bench.Memory.Span(Headers, 16));
        for (var i = 0; i < queue.Config.Size; i++)
        {
            // In fours: header, data from the driver, data to the driver, status. Each rule is broken now and then.
            var flags = ((i % 4 != 3) != Rarely(random) ? DescriptorFlags.Next : 0)
                | ((i % 4 >= 2) != Rarely(random) ? DescriptorFlags.Write : 0)
                | (Rarely(random) ? DescriptorFlags.Indirect : 0);
            var length = (i % 4) switch
            {
                0 => 16u,
                3 => 1u,
                _ => Pick<uint>(random, [0, 0, 0, 512, 512, 4096, 1, 513, 1 << 20, uint.MaxValue]),
            };
            var address = i % 4 == 0
                ? Headers
                : Pick<ulong>(random, [0x71_0000, 0x71_0001, 0x2_0000_0000, 0x2_0010_0000, 0x9000_0000, ulong.MaxValue - 3]);
            queue.WriteDescriptor(i, new Descriptor(
                address, Rarely(random) ? (uint)random.Next() : length, flags,
                Rarely(random) ? (ushort)random.Next(20) : (ushort)(i + 1)));
        }

        queue.MakeAvailable((ushort)(random.Next(queue.Config.Size / 4) * 4));
        if (random.Next(2) == 0)
            bench.Guest.Notify(0);
    }

    private static bool Rarely(Random random) => random.Next(100) == 0;

    private static T Pick<T>(Random random, ReadOnlySpan<T> values) => values[random.Next(values.Length)];
}
