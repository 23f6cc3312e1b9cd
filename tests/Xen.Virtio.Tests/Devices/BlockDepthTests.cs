using System;
using System.Linq;
using System.Threading;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Tests.Queues;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>Several requests of one queue under way at once, given back in the driver's order.</summary>
public sealed class BlockDepthTests
{
    private const int Sectors = 1024;

    private readonly DelayedDisk _disk = new(8192);

    public static TheoryData<BlockRequestType> Barriers => new(
        BlockRequestType.Flush, BlockRequestType.Discard, BlockRequestType.WriteZeroes, BlockRequestType.GetId,
        (BlockRequestType)77);

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Requests_end_in_any_order_and_are_given_back_in_the_drivers(ulong features)
    {
        new Random(1).NextBytes(_disk.Bytes);
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 }, features);
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 8; i++)
                bench.Add(0, BlockRequestType.In, i, new byte[512]);
            bench.Ring(0);
            _disk.WaitPending(8);
            for (var i = 7; i > 0; i--)
                Assert.True(_disk.TryEnd(i));
            Assert.Null(bench.TryTake(0));
            Assert.True(_disk.TryEnd(0));
            for (var i = 0; i < 8; i++)
            {
                var request = bench.Take(0);
                Assert.Equal((BlockRequestStatus.Ok, 513u), (request.Status, request.Used));
                Assert.Equal(_disk.Bytes.AsSpan(i * 512, 512).ToArray(), bench.Release(request));
            }
        }
    }

    [Fact]
    public void Metrics_tell_how_many_are_under_way()
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8, QueueCount = 2 });
        for (var i = 0; i < 5; i++)
            bench.Submit(i % 2, BlockRequestType.In, i, new byte[512]);
        _disk.WaitPending(5);
        var now = bench.Device.Metrics.Snapshot();
        Assert.Equal(5, now.InFlight);
        Assert.True(now.OldestInFlight > TimeSpan.Zero);
        Assert.True(now.Busy <= now.Elapsed * 2);

        EndAll();
        for (var i = 0; i < 5; i++)
            bench.Take(i % 2);
        Assert.True(SpinWait.SpinUntil(() => bench.Device.Metrics.Snapshot().InFlight == 0, DepthBench.Long));
        now = bench.Device.Metrics.Snapshot();
        Assert.Equal((5L, 5L * 512), (now.Reads.Count, now.Reads.Bytes));
        Assert.True(now.Busy > TimeSpan.Zero);
    }

    [Fact]
    public void Request_that_comes_later_begins_while_others_are_under_way()
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 });
        for (var i = 1; i <= 8; i++)
        {
            bench.Submit(0, BlockRequestType.In, i, new byte[512]);
            _disk.WaitPending(i);
        }

        // The window is full: the ninth waits until the oldest has ended, not any other.
        bench.Submit(0, BlockRequestType.In, 9, new byte[512]);
        Assert.True(_disk.TryEnd(3));
        _disk.WaitPending(7);
        Assert.True(_disk.TryEnd(0));
        bench.Take(0);
        _disk.WaitPending(7);
        EndAll();
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Chains_that_are_taken_together_do_not_stay_mapped_together(ulong features)
    {
        using var bench = new DepthBench(
            _disk, new BlockDeviceOptions { Depth = 8 }, features,
            seen: memory => new MappingMemory(memory, DepthBench.FirstSlot, pageLimit: 1));
        for (var i = 0; i < 8; i++)
            bench.Add(0, BlockRequestType.Out, i, [.. Enumerable.Repeat((byte)(i + 1), 512)]);
        bench.Ring(0);
        _disk.WaitPending(8);
        EndAll();
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(BlockRequestStatus.Ok, bench.Take(0).Status);
            Assert.Equal(i + 1, _disk.Bytes[i * 512]);
        }
    }

    // A server that does not read may keep the start of a transfer waiting, and the guest must be able to end meanwhile.
    [Fact]
    public void Transfers_start_when_no_view_of_memory_is_open()
    {
        MappingMemory? mapped = null;
        var views = 0;
        _disk.Starting = () => views += mapped!.Views;
        using var bench = new DepthBench(
            _disk, new BlockDeviceOptions { Depth = 8 },
            seen: memory => mapped = new MappingMemory(memory, DepthBench.FirstSlot, pageLimit: 8));
        for (var i = 0; i < 8; i++)
            bench.Add(0, BlockRequestType.In, i, new byte[512]);
        bench.Ring(0);
        _disk.WaitPending(8);
        Assert.Equal(0, views);
        EndAll();
    }

    [Fact]
    public void Stop_between_the_starts_drops_what_was_not_started()
    {
        DepthBench? bench = null;
        _disk.Starting = () => bench!.RequestStop();
        using (bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 }))
        {
            for (var i = 0; i < 8; i++)
                bench.Add(0, BlockRequestType.Out, i, new byte[512]);
            bench.Ring(0);
            _disk.WaitPending(1);
            EndAll();
            Assert.True(bench.WaitStopped(DepthBench.Long));
            Assert.Equal((0, 0), (_disk.Pending, bench.Device.Metrics.Snapshot().InFlight));
        }
    }

    // Its time is up, which does not mean that it has ended.
    [Fact]
    public void What_was_given_back_is_announced_before_a_wait_for_the_next()
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 });
        bench.Submit(0, BlockRequestType.In, 0, new byte[512]);
        bench.Submit(0, BlockRequestType.In, 1, new byte[512]);
        _disk.WaitPending(2);
        _disk.Patience = TimeSpan.Zero;
        Assert.True(_disk.TryEnd(0));
        Assert.True(SpinWait.SpinUntil(() => _disk.Waiting == 1 && bench.Interrupts == 1, DepthBench.Long));
        bench.Take(0);
        EndAll();
    }

    [Fact]
    public void What_was_given_back_is_announced_before_the_next_is_flushed()
    {
        DepthBench? bench = null;
        var announced = -1;
        var flushes = 0;
        _disk.Flushing = () => announced = ++flushes == 2 ? bench!.Interrupts : announced;
        using (bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8, Writeback = false }))
        {
            bench.Add(0, BlockRequestType.Out, 0, new byte[512]);
            bench.Add(0, BlockRequestType.Out, 1, new byte[512]);
            bench.Ring(0);
            _disk.WaitPending(2);
            Assert.True(_disk.TryEnd(1));
            Assert.True(_disk.TryEnd(0));
            bench.Take(0);
            bench.Take(0);
            Assert.Equal(1, announced);
        }
    }

    [Theory]
    [MemberData(nameof(Barriers))]
    public void Barrier_waits_for_all_before_it_and_all_behind_it_wait(BlockRequestType type)
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 });
        bench.Add(0, BlockRequestType.Out, 0, new byte[512]);
        bench.Add(0, BlockRequestType.In, 1, new byte[512]);
        var isRange = type is BlockRequestType.Discard or BlockRequestType.WriteZeroes;
        var range = new byte[16];
        range[8] = 1;
        bench.Add(0, type, 0, isRange ? range : type == BlockRequestType.GetId ? new byte[20] : default);
        bench.Add(0, BlockRequestType.In, 2, new byte[512]);
        bench.Ring(0);
        _disk.WaitPending(2);
        Assert.True(_disk.TryEnd(1));
        _disk.WaitPending(1);
        Assert.Null(bench.TryTake(0));
        Assert.Empty(_disk.InPlace);

        Assert.True(_disk.TryEnd(0));
        bench.Take(0);
        bench.Take(0);
        bench.Take(0);
        Assert.Equal(type is BlockRequestType.Flush || isRange ? 1 : 0, _disk.InPlace.Count);
        _disk.WaitPending(1);
        EndAll();
        bench.Take(0);
    }

    [Fact]
    public void Write_is_durable_before_its_answer_if_the_cache_writes_through()
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8, Writeback = false });
        for (var i = 0; i < 3; i++)
            bench.Submit(0, BlockRequestType.Out, i, new byte[512]);
        _disk.WaitPending(3);
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(_disk.TryEnd(0));
            bench.Take(0);
            Assert.Equal(i, _disk.Flushes);
        }
    }

    [Fact]
    public void Failure_is_that_of_one_request()
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 });
        for (var i = 0; i < 3; i++)
            bench.Submit(0, i == 1 ? BlockRequestType.In : BlockRequestType.Out, i, new byte[512]);
        _disk.WaitPending(3);
        Assert.True(_disk.TryEnd(1, BlockResult.Failure));
        EndAll();
        var answers = Enumerable.Range(0, 3).Select(_ => bench.Take(0).Status).ToArray();
        Assert.Equal([BlockRequestStatus.Ok, BlockRequestStatus.IoError, BlockRequestStatus.Ok], answers);
    }

    // Beyond the disk, of no length, cut in a sector, too long for a transfer, or refused by the back end.
    [Fact]
    public void What_cannot_be_a_transfer_is_served_in_place_between_the_others()
    {
        var disk = new DelayedDisk(Sectors) { MaxTransfer = 4096, Takes = (offset, _) => offset != 7 * 512 };
        using var bench = new DepthBench(disk, new BlockDeviceOptions { Depth = 8 });
        bench.Add(0, BlockRequestType.In, 0, new byte[512]);
        bench.Add(0, BlockRequestType.In, Sectors, new byte[512]);
        bench.Add(0, BlockRequestType.In, 0);
        bench.Add(0, BlockRequestType.Out, 0, new byte[514]);
        bench.Add(0, BlockRequestType.Out, 0, new byte[8192]);
        bench.Add(0, BlockRequestType.In, 7, new byte[512]);
        bench.Add(0, BlockRequestType.In, 8, new byte[512]);
        bench.Ring(0);
        for (var i = 0; i < 2; i++)
        {
            disk.WaitPending(1);
            Assert.True(disk.TryEnd(0));
            if (i == 0)
            {
                var statuses = Enumerable.Range(0, 6).Select(_ => bench.Take(0).Status).ToArray();
                Assert.Equal(
                    [
                        BlockRequestStatus.Ok, BlockRequestStatus.IoError, BlockRequestStatus.Ok, BlockRequestStatus.IoError,
                        BlockRequestStatus.Ok, BlockRequestStatus.Ok,
                    ],
                    statuses);
            }
        }

        Assert.Equal(BlockRequestStatus.Ok, bench.Take(0).Status);
    }

    [Fact]
    public void Bytes_under_way_are_bounded()
    {
        using var bench = new BlockBench(_disk, new BlockDeviceOptions { Depth = 64 });
        bench.Driver.Start();
        const int Length = 2 << 20;
        var header = bench.PlaceHeader(BlockRequestType.In, 0);
        var data = bench.PlaceBuffer(Length);
        for (var i = 0; i < 20; i++)
        {
            bench.Driver.Queue.Add(
                new GuestBuffer(header, 16, false), new GuestBuffer(data, Length, true),
                new GuestBuffer(bench.PlaceBuffer(1), 1, true));
        }

        bench.Guest.Notify(0);
        _disk.WaitPending((int)(BlockLimits.DepthBytes / Length));
        Assert.True(_disk.TryEnd(0));
        bench.Guest.WaitUsed(bench.Driver.Queue);
        _disk.WaitPending((int)(BlockLimits.DepthBytes / Length));
        Assert.Equal(8, bench.Metrics.InFlight);
        while (bench.Driver.Queue.InFlight != 0)
        {
            EndAll();
            while (bench.Driver.Queue.TryTakeUsed(out _))
            {
                // It is counted.
            }
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void V1_malformed_chain_is_given_back_in_its_place(ulong features)
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 }, features);
        bench.Add(0, BlockRequestType.In, 0, new byte[512]);
        var malformed = bench.Queues[0].AddDescriptors(
            new Descriptor(0x8000, 1, DescriptorFlags.Write, 0), new Descriptor(0x8000, 1, 0, 0));
        bench.Add(0, BlockRequestType.In, 1, new byte[512]);
        bench.Ring(0);
        _disk.WaitPending(2);
        Assert.True(_disk.TryEnd(1));
        Assert.False(bench.Queues[0].TryTakeUsed(out _));
        Assert.True(_disk.TryEnd(0));
        bench.Take(0);
        UsedElement used = default;
        Assert.True(SpinWait.SpinUntil(() => bench.Queues[0].TryTakeUsed(out used), DepthBench.Long));
        Assert.Equal(new UsedElement(malformed, 0), used);
        bench.Take(0);
    }

    [Fact]
    public void Stop_waits_for_what_is_under_way_and_gives_nothing_back()
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 });
        for (var i = 0; i < 4; i++)
            bench.Submit(0, BlockRequestType.Out, i, new byte[512]);
        bench.Submit(0, BlockRequestType.Flush);
        _disk.WaitPending(4);
        bench.RequestStop();
        for (var i = 4; i > 0; i--)
        {
            Assert.False(bench.WaitStopped(TimeSpan.Zero));
            Assert.True(_disk.TryEnd(i - 1));
        }

        Assert.True(bench.WaitStopped(DepthBench.Long));
        Assert.Null(bench.TryTake(0));
        Assert.Equal((0, 0, 0), (_disk.Flushes, bench.Interrupts, bench.Device.Metrics.Snapshot().InFlight));
    }

    [Fact]
    public void Memory_that_is_gone_ends_the_queue_when_all_have_ended()
    {
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 2 });
        for (var i = 0; i < 3; i++)
            bench.Submit(0, BlockRequestType.In, i, new byte[512]);
        _disk.WaitPending(2);
        bench.Memory.Disconnect();
        Assert.True(_disk.TryEnd(0));
        Assert.True(SpinWait.SpinUntil(() => bench.NeedsReset, DepthBench.Long));
        Assert.False(bench.WaitStopped(TimeSpan.Zero));
        Assert.True(_disk.TryEnd(0));
        Assert.True(bench.WaitStopped(DepthBench.Long));
        Assert.Equal(0, bench.Device.Metrics.Snapshot().InFlight);
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void What_was_under_way_at_a_stop_is_served_again_in_the_next_process(ulong features)
    {
        using var bench = new DepthBench(
            _disk, new BlockDeviceOptions { Depth = 8 }, features, journals: [new MemoryJournal()]);
        for (var i = 0; i < 6; i++)
            bench.Submit(0, BlockRequestType.Out, i, [.. Enumerable.Repeat((byte)(i + 1), 512)]);
        _disk.WaitPending(6);
        Assert.True(_disk.TryEnd(4));
        Assert.True(_disk.TryEnd(0));
        bench.Take(0);
        bench.RequestStop();
        while (_disk.TryEnd(0, takesEffect: false))
        {
            // Nobody hears of it.
        }

        Assert.True(bench.WaitStopped(DepthBench.Long));
        Assert.Equal(0, _disk.Bytes[512]);
        bench.Restart();
        _disk.WaitPending(5);
        EndAll();
        for (var i = 1; i < 6; i++)
        {
            bench.Take(0);
            Assert.Equal(i + 1, _disk.Bytes[i * 512]);
        }
    }

    [Fact]
    public void Device_waits_for_a_transfer_that_has_used_up_its_time()
    {
        _disk.Patience = TimeSpan.FromMilliseconds(5);
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 });
        bench.Submit(0, BlockRequestType.In, 0, new byte[512]);
        _disk.WaitPending(1);
        _disk.Patience = TimeSpan.Zero;
        Assert.True(SpinWait.SpinUntil(() => _disk.Waiting == 1, DepthBench.Long));
        EndAll();
        bench.Take(0);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_request()
    {
        const int Warm = 2_000;
        long first = 0;
        long last = 0;
        var prepared = 0;
        _disk.Preparing = () =>
        {
            if (++prepared == Warm)
                first = GC.GetAllocatedBytesForCurrentThread();
            last = GC.GetAllocatedBytesForCurrentThread();
        };
        using var bench = new DepthBench(_disk, new BlockDeviceOptions { Depth = 8 });
        var data = new byte[4096];
        for (var round = 0; round < 1_000; round++)
        {
            for (var i = 0; i < 8; i++)
                bench.Submit(0, i % 2 == 0 ? BlockRequestType.In : BlockRequestType.Out, i, data);
            _disk.WaitPending(8);
            for (var i = 7; i >= 0; i--)
                Assert.True(_disk.TryEnd(i));
            for (var i = 0; i < 8; i++)
                bench.Release(bench.Take(0));
        }

        // The disk notes what it is told: these are the test's own bytes, and less than one for each request.
        Assert.InRange(last - first, 0, 8 * 1_000 - Warm);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void Depth_has_limits(int depth) =>
        Assert.Throws<ArgumentException>(() => new BlockDevice(_disk, new BlockDeviceOptions { Depth = depth }));

    private void EndAll()
    {
        while (_disk.TryEnd(0))
        {
            // All that is under way now.
        }
    }
}
