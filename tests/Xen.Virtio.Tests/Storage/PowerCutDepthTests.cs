using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage;

/// <summary>As <see cref="PowerCutTests"/>, with several writes and flushes under way at once.</summary>
public sealed class PowerCutDepthTests
{
    private const int Sectors = 48;
    private const int Batches = 120;

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void What_was_flushed_survives_every_loss_of_power(int seed, bool writeback)
    {
        var random = new Random(seed);
        var cut = new PowerCut(Sectors, new Random(seed + 1000));
        var disk = new DelayedDisk(Sectors, cut.Changed);
        using var bench = new DepthBench(disk, new BlockDeviceOptions { Depth = 8, QueueCount = 2, Writeback = writeback });
        var newest = new ulong[Sectors];
        ulong value = 0;
        for (var batch = 0; batch < Batches; batch++)
        {
            var sectors = Enumerable.Range(0, Sectors).ToArray();
            random.Shuffle(sectors);
            var changed = sectors[..random.Next(1, 12)];
            var flushes = random.Next(2) == 0;
            foreach (var sector in changed)
            {
                value++;
                var data = new byte[512];
                for (var i = 0; i < data.Length; i += sizeof(ulong))
                    BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i), value);
                cut.Begin(sector, 1, value);
                newest[sector] = value;
                bench.Submit(random.Next(2), BlockRequestType.Out, sector, data);
                if (flushes && random.Next(4) == 0)
                    bench.Submit(random.Next(2), BlockRequestType.Flush);
            }

            if (flushes)
                bench.Submit(random.Next(2), BlockRequestType.Flush);
            AnswerAll(bench, disk, random);

            // Of a flush, what had been answered before it was submitted; of a cache that writes through, all.
            var durable = writeback ? (IEnumerable<int>)(flushes ? sectors[changed.Length..] : []) : changed;
            foreach (var sector in durable)
                cut.Durable(sector, 1, i => newest[i]);
        }

        Assert.Null(cut.Violation);
        Assert.InRange(cut.Cuts, Batches, int.MaxValue);
    }

    private static void AnswerAll(DepthBench bench, DelayedDisk disk, Random random)
    {
        while (bench.Waiting.Count != 0)
        {
            var queue = bench.Waiting[random.Next(bench.Waiting.Count)].Queue;
            if (bench.TryTake(queue) is { } request)
            {
                Assert.Equal(BlockRequestStatus.Ok, request.Status);
                bench.Release(request);
            }
            else if (!disk.TryEnd(random.Next(disk.Pending + 1)))
            {
                Thread.Yield();
            }
        }
    }
}
