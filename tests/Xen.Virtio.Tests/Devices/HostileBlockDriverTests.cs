using System;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Testing.Virtio;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// What a broken or hostile driver sends, and what becomes of it. Each ends with a request that works.
/// </summary>
public sealed class HostileBlockDriverTests
{
    private const ulong Nowhere = 0x9000_0000;

    [Fact]
    public void V1_malformed_chain_comes_back_with_length_0_and_the_next_is_served()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        bench.Driver.SplitQueue.WriteDescriptor(200, new Descriptor(0x1000, 16, DescriptorFlags.Next, 200));
        bench.Driver.SplitQueue.MakeAvailable(200);
        bench.Guest.Notify(0);

        Assert.Equal(new UsedElement(200, 0), bench.Guest.WaitUsed(bench.Driver.Queue));
        Assert.Equal(1, bench.Metrics.Malformed);
        bench.AssertServes();
        Assert.False(bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
    }

    [Fact]
    public void Malformed_chain_does_not_take_the_rest_of_its_batch_with_it()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        var header = bench.PlaceHeader(BlockRequestType.In, 0);
        var answer = bench.PlaceBuffer(513);
        bench.Driver.SplitQueue.WriteDescriptor(200, new Descriptor(0, 0, DescriptorFlags.Indirect, 0));
        var first = bench.Driver.Queue.Add(new(header, 16, false), new(answer, 513, true));
        bench.Driver.SplitQueue.MakeAvailable(200);
        bench.Driver.SplitQueue.MakeAvailable(9999);
        var last = bench.Driver.Queue.Add(new(header, 16, false), new(answer, 513, true));
        bench.Guest.Notify(0);

        var used = Enumerable.Range(0, 3).Select(_ => bench.Guest.WaitUsed(bench.Driver.Queue)).ToArray();
        Assert.Equal([new(first, 513), new(200, 0), new(last, 513)], used);
        Assert.Equal(2, bench.Metrics.Malformed);
    }

    [Fact]
    public void Request_without_room_for_a_status_comes_back_with_length_0()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        var header = bench.PlaceHeader(BlockRequestType.Out, 0);
        var data = bench.PlaceBuffer(512);

        Assert.Equal(0u, bench.Submit(new GuestBuffer(header, 16, false)).Length);
        Assert.Equal(0u, bench.Submit(new(header, 16, false), new(data, 512, false)).Length);
        Assert.Equal(0u, bench.Submit(new(header, 16, false), new(data, 0, true)).Length);
        Assert.Equal(0u, bench.Submit(new GuestBuffer(0, 0, false)).Length);
        Assert.Equal(4, bench.Metrics.Malformed);
        bench.AssertServes();
        Assert.Equal(bench.Content, bench.CloseImage());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void Request_with_a_short_header_is_an_io_error(uint headerLength)
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        var header = bench.PlaceHeader(BlockRequestType.In, 0);
        var status = bench.PlaceBuffer(1);

        Assert.Equal(1u, bench.Submit(new(header, headerLength, false), new(status, 1, true)).Length);
        Assert.Equal((byte)BlockRequestStatus.IoError, bench.Memory.Span(status, 1)[0]);
        Assert.Equal(1, bench.Metrics.Errors);
        bench.AssertServes();
    }

    [Fact]
    public void Failed_read_leaves_zeros_so_that_the_status_is_inside_the_used_length()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        var header = bench.PlaceHeader(BlockRequestType.In, BlockBench.DefaultSectors);
        var answer = bench.PlaceBuffer(1025);

        Assert.Equal(1025u, bench.Submit(new(header, 16, false), new(answer, 1025, true)).Length);
        Assert.Equal([.. new byte[1024], 1], bench.Memory.Span(answer, 1025).ToArray());
    }

    [Fact]
    public void Buffers_outside_memory_are_io_errors()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        var read = bench.PlaceHeader(BlockRequestType.In, 0);
        var write = bench.PlaceHeader(BlockRequestType.Out, 0);
        var good = bench.PlaceBuffer(512);
        var status = bench.PlaceBuffer(1);

        // The header; the data; the part of the data after a good part; the status.
        Assert.Equal(1u, bench.Submit(new(Nowhere, 16, false), new(status, 1, true)).Length);
        AssertIoError();
        Assert.Equal(0u, bench.Submit(new(read, 16, false), new(Nowhere, 512, true), new(status, 1, true)).Length);
        AssertIoError();
        Assert.Equal(512u, bench.Submit(
            new(read, 16, false), new(good, 512, true), new(Nowhere, 512, true), new(status, 1, true)).Length);
        AssertIoError();
        Assert.Equal(1u, bench.Submit(new(write, 16, false), new(Nowhere, 512, false), new(status, 1, true)).Length);
        AssertIoError();
        Assert.Equal(512u, bench.Submit(new(read, 16, false), new(good, 512, true), new(Nowhere, 1, true)).Length);
        bench.AssertServes();
        Assert.Equal(bench.Content, bench.CloseImage());

        void AssertIoError()
        {
            Assert.Equal((byte)BlockRequestStatus.IoError, bench.Memory.Span(status, 1)[0]);
            bench.Memory.Span(status, 1)[0] = 0xee;
        }
    }

    [Fact]
    public void Huge_request_moves_in_bounded_pieces_and_allocates_nothing()
    {
        const int Sectors = 3 << 11;
        var backend = new MemoryBackend(Sectors);
        using var bench = new BlockBench(backend);
        var allocated = 0L;
        backend.DuringRead = () => allocated = GC.GetAllocatedBytesForCurrentThread();
        bench.Driver.Start();
        bench.AssertServes();
        var before = allocated;
        var read = bench.PlaceHeader(BlockRequestType.In, 0);
        var data = bench.PlaceBuffer(Sectors * 512);
        var status = bench.PlaceBuffer(1);

        Assert.Equal((uint)(Sectors * 512) + 1, bench.Submit(
            new(read, 16, false), new(data, Sectors * 512, true), new(status, 1, true)).Length);
        Assert.InRange(backend.LargestPiece, 1, 1 << 20);

        // A length beyond disk and memory: refused before anything is done with it.
        Assert.Equal(0u, bench.Submit(
            new(read, 16, false), new(Nowhere, 0xffff_fe00, true), new(status, 1, true)).Length);
        Assert.Equal(1, bench.Memory.Span(status, 1)[0]);

        // No object is smaller than 24 bytes. The runtime itself may allocate now and then, 8 KiB at once.
        const int Requests = 5000;
        for (var i = 0; i < Requests; i++)
            bench.AssertServes();
        Assert.InRange(allocated - before, 0, (Requests * 24) - 1);
    }

    [Fact]
    public void V4_runaway_index_needs_a_reset_and_the_reset_helps()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        bench.Driver.SplitQueue.WriteAvailableIndex(1000);
        bench.Guest.Notify(0);

        Assert.True(bench.Line.WaitForEdge(TimeSpan.FromSeconds(30)));
        Assert.Equal(InterruptCauses.ConfigChange, bench.Guest.TakeInterrupt());
        Assert.True(bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset));
        Assert.Equal(0, bench.Driver.SplitQueue.DeviceUsedIndex);

        bench.Driver.Start();
        Assert.Equal(DeviceStatus.None, bench.Guest.Status & DeviceStatus.NeedsReset);
        bench.AssertServes();
    }

    [Fact]
    public void Guest_that_dies_ends_the_worker_calmly()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        bench.AssertServes();
        bench.Memory.Disconnect();
        bench.Guest.Notify(0);

        Assert.True(SpinWait.SpinUntil(
            () => bench.Transport.Status.HasFlag(DeviceStatus.NeedsReset), TimeSpan.FromSeconds(30)));
        bench.Guest.Notify(0);
        bench.Guest.Reset();
        Assert.Equal(DeviceStatus.None, bench.Transport.Status);
    }

    [Fact]
    public void Flood_of_malformed_chains_does_not_flood_the_log()
    {
        var logger = new ListLogger();
        using var bench = new BlockBench(logger: logger);
        bench.Driver.Start();
        bench.Driver.SplitQueue.WriteDescriptor(200, new Descriptor(0, 0, DescriptorFlags.Indirect, 0));
        for (var i = 0; i < 1000; i++)
        {
            bench.Driver.SplitQueue.MakeAvailable(200);
            bench.Guest.Notify(0);
            Assert.Equal(200u, bench.Guest.WaitUsed(bench.Driver.Queue).Head);
        }

        Assert.Equal(1000, bench.Metrics.Malformed);
        Assert.InRange(logger.Lines.Count, 1, 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Reset_does_not_give_the_guest_a_new_burst_of_log_lines(int malformed)
    {
        const int Resets = 100;
        var logger = new ListLogger();
        using var bench = new BlockBench(logger: logger);
        for (var i = 0; i < Resets; i++)
        {
            bench.Driver.Start(queueSize: 32);
            var queue = bench.Driver.SplitQueue;
            queue.WriteDescriptor(0, new Descriptor(0, 0, DescriptorFlags.Indirect, 0));
            for (var j = 0; j < malformed; j++)
                queue.MakeAvailable(0);
            bench.Guest.Notify(0);
            for (var j = 0; j < malformed; j++)
                bench.Guest.WaitUsed(queue);

            queue.WriteAvailableIndex((ushort)(malformed + 1000));
            bench.Guest.Notify(0);
            Assert.True(SpinWait.SpinUntil(
                () => bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset), TimeSpan.FromSeconds(30)));
        }

        // A burst for each interval that the loop may take.
        Assert.Equal(Resets * malformed, bench.Metrics.Malformed);
        Assert.InRange(logger.Lines.Count(line => line.Level == LogLevel.Warning), 1, 5 * LogRateLimiter.Burst);
    }
}
