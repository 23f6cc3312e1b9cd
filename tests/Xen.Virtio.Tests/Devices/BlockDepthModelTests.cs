using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// Random requests, several under way on each of several queues, which end in random orders; stops and kills in the middle.
/// </summary>
public sealed class BlockDepthModelTests(ITestOutputHelper output)
{
    private const int Sectors = 32;
    private const int Queues = 3;
    private const int Steps = 4_000;

    public static TheoryData<ulong, int> Seeds
    {
        get
        {
            var rows = new TheoryData<ulong, int>();
            foreach (var seed in (int[])[1, 2, Random.Shared.Next()])
            {
                rows.Add(0, seed);
                rows.Add(VirtioFeatures.EventIndex, seed);
                rows.Add(VirtioFeatures.RingPacked, seed);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Reads_find_what_was_written_whatever_the_order_of_the_ends(ulong features, int seed) =>
        Run(features, seed, journals: null);

    // Killed before or after any save of the journal, while transfers are under way that take effect, or do not.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Process_that_is_killed_at_any_point_is_followed_by_one_that_answers_each_request_once(
        ulong features, int seed) =>
        Run(features, seed, [.. Enumerable.Range(0, Queues).Select(_ => new MemoryJournal())]);

    private void Run(ulong features, int seed, MemoryJournal[]? journals)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var disk = new DelayedDisk(Sectors) { Takes = (offset, _) => offset % 5 != 0 };
        using var ender = new RandomEnder(disk, seed);
        var model = new ConcurrentDiskModel(Sectors);
        var options = new BlockDeviceOptions { Depth = 6, QueueCount = Queues };
        using var bench = new DepthBench(disk, options, features, journals: journals);
        ulong value = 0;
        var kills = 0;
        for (var step = 0; step < Steps; step++)
        {
            var queue = random.Next(Queues);
            if (bench.Waiting.Count < 30 && random.Next(3) != 0)
                Submit(bench, model, random, queue, ref value);
            else if (bench.TryTake(queue) is { } request)
                Check(bench, model, request);
            else
                Thread.Yield();

            if (journals is not null && random.Next(150) == 0)
            {
                Kill(bench, journals, ender, random);
                kills++;
            }
        }

        // The last request of a queue may not have been rung for, and nothing be under way there that wakes its worker.
        for (var queue = 0; queue < Queues; queue++)
            bench.Ring(queue);
        while (bench.Waiting.Count != 0)
            Check(bench, model, bench.Take(bench.Waiting[0].Queue));
        output.WriteLine($"{value} writes, {kills} kills");
        Assert.Equal(journals is not null, kills != 0);
        Assert.All(Enumerable.Range(0, Queues), queue => Assert.Equal(0, bench.Queues[queue].InFlight));
    }

    private static void Submit(DepthBench bench, ConcurrentDiskModel model, Random random, int queue, ref ulong value)
    {
        var sector = random.Next(Sectors);
        var count = random.Next(1, Math.Min(Sectors - sector, 4) + 1);
        var data = new byte[count * 512];
        var type = random.Next(10) switch
        {
            0 => BlockRequestType.Flush,
            < 5 => BlockRequestType.In,
            _ => BlockRequestType.Out,
        };
        var moment = model.Tick();
        if (type == BlockRequestType.Out)
        {
            value++;
            for (var i = 0; i < data.Length; i += sizeof(ulong))
                BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i), value);
            for (var i = 0; i < count; i++)
                model.Begin(sector + i, value, moment);
        }

        var request = bench.Add(queue, type, sector, type == BlockRequestType.Flush ? default : data);
        request.Submitted = moment;
        request.Value = value;
        if (random.Next(3) != 0 || bench.Waiting.Count > 25)
            bench.Ring(queue);
        if (bench.Waiting.Count > 25)
        {
            for (var other = 0; other < Queues; other++)
                bench.Ring(other);
        }
    }

    private static void Check(DepthBench bench, ConcurrentDiskModel model, DepthRequest request)
    {
        Assert.Equal(BlockRequestStatus.Ok, request.Status);
        var data = bench.Release(request);
        var moment = model.Tick();
        for (var i = 0; i < data.Length / 512; i++)
        {
            var sector = data.AsSpan(i * 512, 512);
            if (request.Type == BlockRequestType.Out)
            {
                model.End(request.Sector + i, request.Value, moment);
                continue;
            }

            var found = BinaryPrimitives.ReadUInt64LittleEndian(sector);
            Assert.True(
                model.MayRead(request.Sector + i, found, request.Submitted), $"sector {request.Sector + i} holds {found}");
        }
    }

    private static void Kill(DepthBench bench, MemoryJournal[] journals, RandomEnder ender, Random random)
    {
        // Some queues die at a save, the others wherever they are.
        foreach (var journal in journals)
        {
            journal.DiesAfterSave = random.Next(2) == 0;
            journal.SavesUntilKilled = random.Next(6);
        }

        // Only of what nobody can be told any more may the effect be lost.
        Thread.Yield();
        bench.RequestStop();
        ender.TakesEffect = false;
        Assert.True(bench.WaitStopped(DepthBench.Long));
        ender.TakesEffect = true;
        foreach (var journal in journals)
            journal.SavesUntilKilled = -1;
        bench.Restart();
    }

    /// <summary>Ends what is under way, in a random order.</summary>
    private sealed class RandomEnder : IDisposable
    {
        private readonly Thread _thread;
        private readonly Lock _ending = new();
        private bool _takesEffect = true;
        private volatile bool _isDisposed;

        public RandomEnder(DelayedDisk disk, int seed)
        {
            var random = new Random(seed + 1);
            _thread = new Thread(() =>
            {
                while (!_isDisposed || disk.Pending != 0)
                {
                    if (random.Next(4) == 0 || !TryEndOne(disk, random))
                        Thread.Yield();
                }
            });
            _thread.Start();
        }

        /// <summary>Whether all of them take effect; else some of them.</summary>
        public bool TakesEffect
        {
            set
            {
                lock (_ending)
                    _takesEffect = value;
            }
        }

        public void Dispose()
        {
            _isDisposed = true;
            _thread.Join();
        }

        private bool TryEndOne(DelayedDisk disk, Random random)
        {
            lock (_ending)
                return disk.TryEnd(random.Next(disk.Pending + 1), takesEffect: _takesEffect || random.Next(2) == 0);
        }
    }
}
