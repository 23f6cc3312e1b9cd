using System;
using System.Collections.Generic;
using Xen.Testing.Virtio;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>A request means the same however the driver cuts it into descriptors (virtio 1.2 §2.7.4).</summary>
public sealed class BlockSegmentationTests
{
    private const int Sectors = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Request_is_served_in_every_segmentation(int seed)
    {
        using var bench = new BlockBench(options: new() { Id = "any-layout" });
        bench.Driver.Start();
        var random = new Random(seed);
        for (var round = 0; round < 150; round++)
        {
            var mark = bench.Guest.Allocator.Position;
            var sector = (ulong)random.Next(BlockBench.DefaultSectors - Sectors);
            var data = new byte[Sectors * 512];
            random.NextBytes(data);

            var written = Place(bench, random, BlockRequestType.Out, sector, data);
            var status = bench.PlaceBuffer(1);
            Assert.Equal(1u, bench.Submit([.. written, new GuestBuffer(status, 1, true)]).Length);
            Assert.Equal(0, bench.Memory.Span(status, 1)[0]);
            data.CopyTo(bench.Content, (int)sector * 512);

            // Data and status are one run of bytes, cut anywhere: the status byte may share its descriptor.
            var header = Place(bench, random, BlockRequestType.In, sector, []);
            var answer = bench.PlaceBuffer(data.Length + 1);
            var used = bench.Submit([.. header, .. Cut(random, answer, data.Length + 1, writable: true, at: 20)]);
            Assert.Equal((uint)data.Length + 1, used.Length);
            Assert.Equal([.. data, 0], bench.Memory.Span(answer, data.Length + 1).ToArray());
            bench.Guest.Allocator.Position = mark;
        }

        Assert.Equal(bench.Content, bench.CloseImage());
    }

    [Fact]
    public void Request_of_single_byte_descriptors_is_served()
    {
        using var bench = new BlockBench(options: new() { QueueSize = 1024 });
        bench.Driver.Start();
        var header = bench.PlaceHeader(BlockRequestType.In, 0);
        var answer = bench.PlaceBuffer(513);
        var buffers = new List<GuestBuffer>();
        for (ulong i = 0; i < 16; i++)
            buffers.Add(new GuestBuffer(header + i, 1, false));
        for (ulong i = 0; i < 513; i++)
            buffers.Add(new GuestBuffer(answer + i, 1, true));

        Assert.Equal(513u, bench.Submit([.. buffers]).Length);
        Assert.Equal([.. bench.Content.AsSpan(0, 512), 0], bench.Memory.Span(answer, 513).ToArray());
    }

    [Fact]
    public void Data_may_lie_in_several_banks()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        var header = bench.PlaceHeader(BlockRequestType.In, 1);
        var low = bench.PlaceBuffer(513);
        const ulong High = 0x2_0000_0000;

        Assert.Equal(1025u, bench.Submit(new(header, 16, false), new(High, 512, true), new(low, 513, true)).Length);
        Assert.Equal(bench.Content.AsSpan(512, 512).ToArray(), bench.Memory.Span(High, 512).ToArray());
        Assert.Equal(bench.Content.AsSpan(1024, 512).ToArray(), bench.Memory.Span(low, 512).ToArray());
    }

    // Header and outgoing data as one run of bytes, cut anywhere, each part somewhere else in memory.
    private static List<GuestBuffer> Place(
        BlockBench bench, Random random, BlockRequestType type, ulong sector, byte[] data)
    {
        var run = new byte[BlockRequestHeader.Size + data.Length];
        new BlockRequestHeader(type, sector).Format(run);
        data.CopyTo(run, BlockRequestHeader.Size);
        var buffers = new List<GuestBuffer>();
        foreach (var part in Cut(random, 0, run.Length, writable: false, at: 20))
        {
            var address = bench.PlaceBuffer((int)part.Length + random.Next(16));
            run.AsSpan((int)part.Address, (int)part.Length).CopyTo(bench.Memory.Span(address, (int)part.Length));
            buffers.Add(part with { Address = address });
        }

        return buffers;
    }

    private static List<GuestBuffer> Cut(Random random, ulong start, int length, bool writable, int at)
    {
        var buffers = new List<GuestBuffer>();
        var offset = 0;
        for (var parts = random.Next(1, at); parts > 1 && offset < length; parts--)
        {
            var part = random.Next(Math.Min(length - offset, 600));
            buffers.Add(new GuestBuffer(start + (ulong)offset, (uint)part, writable));
            offset += part;
        }

        buffers.Add(new GuestBuffer(start + (ulong)offset, (uint)(length - offset), writable));
        return buffers;
    }
}
