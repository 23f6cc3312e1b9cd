using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

public sealed class BlockMultiQueueTests
{
    [Fact]
    public void Queue_count_is_offered_and_one_queue_is_nothing_to_offer()
    {
        using var many = new BlockBench(new MemoryBackend(64), new BlockDeviceOptions { QueueCount = 3, QueueSize = 8 });
        many.Driver.Start(queueCount: 3);
        Assert.NotEqual(0u, many.Driver.Features & BlockFeatures.MultiQueue);
        var field = new byte[2];
        Assert.True(many.Guest.TryReadConfig(BlockLayout.QueueCountOffset, field));
        Assert.Equal(3, BinaryPrimitives.ReadUInt16LittleEndian(field));
        Assert.Equal((ushort[])[8, 8, 8], many.Device.QueueMaxSizes);

        using var one = new BlockBench(new MemoryBackend(64));
        one.Driver.Start();
        Assert.Equal(0u, one.Driver.Features & BlockFeatures.MultiQueue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void Queue_count_has_limits(int count) => Assert.Throws<ArgumentException>(
        () => new BlockDevice(new MemoryBackend(64), new BlockDeviceOptions { QueueCount = count }));

    [Fact]
    public void Queue_that_hangs_does_not_hold_the_others_up()
    {
        var backend = new MemoryBackend(64);
        using var bench = new BlockBench(backend, new BlockDeviceOptions { QueueCount = 2 });
        var (entered, gate) = backend.HangReads();
        bench.Driver.Start(queueCount: 2);
        var (first, firstStatus) = Submit(bench, 0, BlockRequestType.In, writable: true);
        Assert.True(entered.Wait(TimeSpan.FromSeconds(30)));

        var (second, secondStatus) = Submit(bench, 1, BlockRequestType.Out, writable: false);
        Assert.Equal(new UsedElement(second, 1), bench.Guest.WaitUsed(bench.Driver.Queues[1]));
        Assert.Equal(0, bench.Memory.Span(secondStatus, 1)[0]);
        Assert.Equal(0xee, bench.Memory.Span(firstStatus, 1)[0]);
        Assert.Equal(1, bench.Metrics.InFlight);
        Assert.NotEqual(TimeSpan.Zero, bench.Metrics.OldestInFlight);

        gate.Set();
        Assert.Equal(new UsedElement(first, 513), bench.Guest.WaitUsed(bench.Driver.Queues[0]));
        Assert.Equal(0, bench.Memory.Span(firstStatus, 1)[0]);
    }

    [Fact]
    public void Queues_share_one_disk_and_each_counts_for_all()
    {
        const int Queues = 4;
        using var bench = new BlockBench(options: new BlockDeviceOptions { QueueCount = Queues });
        bench.Driver.Start(queueCount: Queues);
        var heads = new List<(int Queue, ushort Head, ulong Status)>();
        for (var round = 0; round < 50; round++)
        {
            for (var queue = 0; queue < Queues; queue++)
            {
                var (head, status) = Submit(bench, queue, BlockRequestType.Out, writable: false, (ulong)queue);
                heads.Add((queue, head, status));
            }

            foreach (var (queue, head, status) in heads)
            {
                Assert.Equal(head, bench.Guest.WaitUsed(bench.Driver.Queues[queue]).Head);
                Assert.Equal(0, bench.Memory.Span(status, 1)[0]);
            }

            heads.Clear();
        }

        var metrics = bench.Metrics;
        Assert.Equal((200, 200 * 512, 0), (metrics.Writes.Count, metrics.Writes.Bytes, metrics.Errors));
        Assert.Equal(200, metrics.Writes.Latency.Count);
        bench.Content.AsSpan(0, Queues * 512).Fill(0xee);
        Assert.Equal(bench.Content, bench.CloseImage());
    }

    private static (ushort Head, ulong Status) Submit(
        BlockBench bench, int queue, BlockRequestType type, bool writable, ulong sector = 0)
    {
        var header = bench.PlaceHeader(type, sector);
        var data = bench.PlaceBuffer(512);
        var status = bench.PlaceBuffer(1);
        var head = bench.Driver.Queues[queue].Add(
            new(header, 16, false), new(data, 512, writable), new(status, 1, true));
        bench.Guest.Notify(queue);
        return (head, status);
    }
}
