using System;
using System.Linq;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Spec;

/// <summary>Bytes as virtio 1.2 §5.2.4 and §5.2.6 lay them out, written down by hand.</summary>
public sealed class BlockLayoutTests
{
    // type, reserved, sector.
    [Theory]
    [InlineData(BlockRequestType.In, "00000000 00000000 efcdab8967452301")]
    [InlineData(BlockRequestType.Out, "01000000 00000000 efcdab8967452301")]
    [InlineData(BlockRequestType.Flush, "04000000 00000000 efcdab8967452301")]
    [InlineData(BlockRequestType.GetId, "08000000 00000000 efcdab8967452301")]
    [InlineData(BlockRequestType.Discard, "0b000000 00000000 efcdab8967452301")]
    [InlineData(BlockRequestType.WriteZeroes, "0d000000 00000000 efcdab8967452301")]
    public void Request_header(BlockRequestType type, string hex)
    {
        var header = new BlockRequestHeader(type, 0x0123456789abcdef);
        var bytes = new byte[16];
        bytes.AsSpan().Fill(0xee);
        header.Format(bytes);
        Assert.Equal(Bytes(hex), bytes);
        Assert.Equal(header, BlockRequestHeader.Parse(Bytes(hex)));
    }

    // sector, num_sectors, flags.
    [Theory]
    [InlineData(BlockRangeFlags.None, "efcdab8967452301 78563412 00000000")]
    [InlineData(BlockRangeFlags.Unmap, "efcdab8967452301 78563412 01000000")]
    [InlineData((BlockRangeFlags)0x80000000, "efcdab8967452301 78563412 00000080")]
    public void Range_of_a_discard(BlockRangeFlags flags, string hex)
    {
        var range = new BlockRange(0x0123456789abcdef, 0x12345678, flags);
        var bytes = new byte[16];
        range.Format(bytes);
        Assert.Equal(Bytes(hex), bytes);
        Assert.Equal(range, BlockRange.Parse(Bytes(hex)));
    }

    [Fact]
    public void Features_are_the_bits_of_the_standard() => Assert.Equal(
        [1, 2, 5, 6, 9, 10, 11, 12, 13, 14],
        ((ulong[])[
            BlockFeatures.SizeMax, BlockFeatures.SegMax, BlockFeatures.ReadOnly, BlockFeatures.BlockSize,
            BlockFeatures.Flush, BlockFeatures.Topology, BlockFeatures.ConfigWriteCache, BlockFeatures.MultiQueue,
            BlockFeatures.Discard, BlockFeatures.WriteZeroes,
        ]).Select(bit => (int)ulong.Log2(bit)));

    [Fact]
    public void Statuses_are_the_numbers_of_the_standard() => Assert.Equal(
        [0, 1, 2],
        ((BlockRequestStatus[])[BlockRequestStatus.Ok, BlockRequestStatus.IoError, BlockRequestStatus.Unsupported])
            .Select(status => (int)status));

    [Fact]
    public void Configuration_of_a_disk()
    {
        var expected = Bytes(
            "0010000000000000" // capacity: 4096 sectors
            + "00001000" // size_max: 1 MiB
            + "7e000000" // seg_max: the queue without header and status
            + "000000 00" // geometry: not offered
            + "00100000" // blk_size
            + "02 00 0400 40000000" // topology: 2^2 blocks, aligned, 4 and 64 blocks of I/O
            + "01" // writeback
            + "00 0200" // unused0, num_queues
            + "00002000 40000000 80000000" // discard: 2^21 sectors, 64 segments, 64 KiB of alignment
            + "00000200 40000000 01 000000"); // write zeroes: 2^17 sectors, 64 segments, may unmap
        var device = new BlockDevice(new DescribedDisk(), new BlockDeviceOptions { QueueCount = 2, QueueSize = 128 });
        var bytes = new byte[60];
        Assert.True(device.TryReadConfig(0, bytes));
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(bytes));
        Assert.Equal(60, BlockLayout.ConfigLength);
    }

    // Each field alone, so that a wrong offset cannot hide behind another.
    [Theory]
    [InlineData(BlockLayout.CapacityOffset, 0)]
    [InlineData(BlockLayout.SizeMaxOffset, 8)]
    [InlineData(BlockLayout.SegMaxOffset, 12)]
    [InlineData(BlockLayout.BlockSizeOffset, 20)]
    [InlineData(BlockLayout.PhysicalBlockExponentOffset, 24)]
    [InlineData(BlockLayout.AlignmentOffsetOffset, 25)]
    [InlineData(BlockLayout.MinIoSizeOffset, 26)]
    [InlineData(BlockLayout.OptimalIoSizeOffset, 28)]
    [InlineData(BlockLayout.WritebackOffset, 32)]
    [InlineData(BlockLayout.QueueCountOffset, 34)]
    [InlineData(BlockLayout.MaxDiscardSectorsOffset, 36)]
    [InlineData(BlockLayout.MaxDiscardSegmentsOffset, 40)]
    [InlineData(BlockLayout.DiscardAlignmentOffset, 44)]
    [InlineData(BlockLayout.MaxWriteZeroesSectorsOffset, 48)]
    [InlineData(BlockLayout.MaxWriteZeroesSegmentsOffset, 52)]
    [InlineData(BlockLayout.WriteZeroesMayUnmapOffset, 56)]
    public void Field_is_where_the_standard_has_it(int offset, int expected) => Assert.Equal(expected, offset);

    [Fact]
    public void Topology_of_a_disk_that_says_nothing_is_its_block_size()
    {
        IBlockBackend backend = new MemoryBackend(8);
        Assert.Equal(new BlockTopology(512, 512, 0, 512), backend.Topology);
    }

    private static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private sealed class DescribedDisk : IBlockBackend
    {
        public long Length => 4096 * 512;

        public int BlockSize => 4096;

        public BlockTopology Topology => new(16384, 16384, 262144, 65536);

        public bool IsReadOnly => false;

        public bool CanDiscard => true;

        public BlockResult Read(long offset, Span<byte> destination) => BlockResult.Success;

        public BlockResult Write(long offset, ReadOnlySpan<byte> source) => BlockResult.Success;

        public BlockResult Flush() => BlockResult.Success;

        public BlockResult Discard(long offset, long length) => BlockResult.Success;

        public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => BlockResult.Success;
    }
}
