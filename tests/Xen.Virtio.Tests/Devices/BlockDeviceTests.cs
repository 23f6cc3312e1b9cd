using System;
using System.Linq;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

public sealed class BlockDeviceTests
{
    [Fact]
    public void A_guest_reads_writes_flushes_and_asks_for_the_name()
    {
        using var bench = new BlockBench(options: new BlockDeviceOptions { Id = "xvda" });
        bench.Driver.Start();
        var data = new byte[4096];

        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Read(8, data));
        Assert.Equal(bench.Content.Skip(8 * 512).Take(4096), data);
        new Random(2).NextBytes(data);
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Write(16, data));
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Flush());
        Assert.Equal("xvda", bench.Driver.GetId());

        data.CopyTo(bench.Content, 16 * 512);
        var metrics = bench.Metrics;
        Assert.Equal((1, 4096), (metrics.Reads.Count, metrics.Reads.Bytes));
        Assert.Equal((1, 4096), (metrics.Writes.Count, metrics.Writes.Bytes));
        Assert.Equal((1, 1), (metrics.Flushes.Count, metrics[BlockOperation.GetId].Count));
        Assert.Equal((4, 0, 0), (metrics.Requests, metrics.Errors, metrics.Malformed));
        Assert.Equal(bench.Content, bench.CloseImage());
    }

    [Theory]
    [InlineData(256, 512)]
    [InlineData(255, 1024)]
    [InlineData(257, 0)]
    [InlineData(ulong.MaxValue, 512)]
    [InlineData(ulong.MaxValue / 512, 512)]
    [InlineData(ulong.MaxValue / 512 + 1, 512)]
    [InlineData(0, 511)]
    [InlineData(0, 513)]
    [InlineData(0, 1)]
    public void Request_beyond_the_end_or_of_part_of_a_sector_is_an_io_error(ulong sector, int length)
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        var data = new byte[length];

        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Read(sector, data));
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Write(sector, data));
        Assert.Equal(2, bench.Metrics.Errors);
        bench.AssertServes();
        Assert.Equal(bench.Content, bench.CloseImage());
    }

    [Fact]
    public void Last_sector_and_no_sectors_at_all_are_fine()
    {
        using var bench = new BlockBench();
        bench.Driver.Start();
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Read(255, new byte[512]));
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Read(256, []));
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Write(256, []));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_to_a_read_only_disk_is_an_io_error_and_changes_nothing(bool imageIsReadOnly)
    {
        using var bench = new BlockBench(
            options: new BlockDeviceOptions { ReadOnly = !imageIsReadOnly }, readOnly: imageIsReadOnly);
        bench.Driver.Start();

        Assert.NotEqual(0u, bench.Driver.Features & BlockFeatures.ReadOnly);
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Write(0, new byte[512]));
        bench.AssertServes();
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Flush());
        Assert.Equal(bench.Content, bench.CloseImage());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(uint.MaxValue)]
    public void Unknown_request_is_unsupported(uint type)
    {
        using var bench = new BlockBench();
        bench.Driver.Start();

        Assert.Equal(BlockRequestStatus.Unsupported,
            bench.Driver.Request(new BlockRequestHeader((BlockRequestType)type, 0)));
        Assert.Equal(1, bench.Metrics[BlockOperation.Other].Count);
        bench.AssertServes();
    }

    [Theory]
    [InlineData(BlockResult.Failure)]
    [InlineData(BlockResult.OutOfRange)]
    public void Host_error_is_an_io_error_and_the_disk_recovers(BlockResult outcome)
    {
        var backend = new MemoryBackend(8) { Outcome = outcome };
        using var bench = new BlockBench(backend);
        bench.Driver.Start();

        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Read(0, new byte[512]));
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Write(0, new byte[512]));
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Flush());
        backend.Outcome = BlockResult.Success;
        bench.AssertServes();
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    public void Writes_are_durable_at_once_for_a_driver_that_cannot_flush(bool canFlush, int flushes)
    {
        var backend = new MemoryBackend(8);
        using var bench = new BlockBench(backend);
        bench.Driver.Start(canFlush ? ulong.MaxValue : ~BlockFeatures.Flush);
        bench.Driver.Write(0, new byte[512]);
        bench.Driver.Write(1, new byte[512]);

        Assert.Equal(flushes, backend.Flushes);
    }

    [Fact]
    public void Name_is_cut_to_what_fits()
    {
        using var bench = new BlockBench(options: new BlockDeviceOptions { Id = "a-name-of-more-than-twenty-bytes" });
        bench.Driver.Start();
        Assert.Equal("a-name-of-more-than-", bench.Driver.GetId());

        var header = bench.PlaceHeader(BlockRequestType.GetId, 0);
        var buffer = bench.PlaceBuffer(6);
        Assert.Equal(6u, bench.Submit(new(header, 16, false), new(buffer, 5, true), new(buffer + 5, 1, true)).Length);
        Assert.Equal("a-nam\0"u8.ToArray(), bench.Memory.Span(buffer, 6).ToArray());
    }

    [Fact]
    public void Longer_buffer_for_the_name_is_zero_after_it()
    {
        using var bench = new BlockBench(options: new BlockDeviceOptions { Id = "x" });
        bench.Driver.Start();
        var header = bench.PlaceHeader(BlockRequestType.GetId, 0);
        var buffer = bench.PlaceBuffer(31);

        Assert.Equal(31u, bench.Submit(new(header, 16, false), new(buffer, 31, true)).Length);
        var expected = new byte[31];
        expected[0] = (byte)'x';
        Assert.Equal(expected, bench.Memory.Span(buffer, 31).ToArray());
    }

    [Fact]
    public void Configuration_is_readable_in_any_width()
    {
        using var bench = new BlockBench(sectors: 0x1234);
        Assert.Equal(0x1234u, bench.Driver.CapacitySectors);
        var bytes = new byte[BlockLayout.ConfigLength];
        for (uint i = 0; i < bytes.Length; i++)
            Assert.True(bench.Guest.TryReadConfig(i, bytes.AsSpan((int)i, 1)));

        foreach (var width in (int[])[1, 2, 4, 8])
        {
            var data = new byte[width];
            for (uint i = 0; i + width <= bytes.Length; i += (uint)width)
            {
                Assert.True(bench.Guest.TryReadConfig(i, data));
                Assert.Equal(bytes.AsSpan((int)i, width).ToArray(), data);
            }
        }

        Assert.Equal(254, bytes[BlockLayout.SegMaxOffset]);
        Assert.Equal(512, BitConverter.ToInt32(bytes, BlockLayout.BlockSizeOffset));
        Assert.False(bench.Guest.TryReadConfig(BlockLayout.ConfigLength, new byte[1]));
        Assert.False(bench.Guest.TryReadConfig(BlockLayout.ConfigLength - 4, new byte[8]));
    }

    [Fact]
    public void Changed_capacity_changes_the_generation_and_interrupts()
    {
        var backend = new MemoryBackend(8);
        using var bench = new BlockBench(backend);
        bench.Driver.Start();
        var generation = bench.Guest.ReadRegister(MmioRegister.ConfigGeneration);

        backend.Resize(16);
        bench.Device.UpdateCapacity();
        bench.Device.UpdateCapacity();

        Assert.Equal(InterruptCauses.ConfigChange, bench.Guest.TakeInterrupt());
        Assert.Equal(generation + 1, bench.Guest.ReadRegister(MmioRegister.ConfigGeneration));
        Assert.Equal(16u, bench.Driver.CapacitySectors);
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Read(15, new byte[512]));
    }
}
