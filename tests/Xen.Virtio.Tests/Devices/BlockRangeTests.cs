using System;
using System.Linq;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>Discard and write zeroes, virtio 1.2 §5.2.6.</summary>
public sealed class BlockRangeTests
{
    private const int Sectors = 1024;
    private const BlockRangeFlags Unmap = BlockRangeFlags.Unmap;
    private const BlockRangeFlags Unknown = (BlockRangeFlags)2;

    private readonly MemoryBackend _backend = new(Sectors);

    public BlockRangeTests() => _backend.Bytes.AsSpan().Fill(0xaa);

    [Fact]
    public void Ranges_are_served_in_order()
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Discard(
            new(8, 16, BlockRangeFlags.None), new(0, 1, BlockRangeFlags.None), new(1024, 0, BlockRangeFlags.None)));
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.WriteZeroes(
            new(1023, 1, BlockRangeFlags.None), new(100, 2, Unmap)));

        Assert.Equal(
            [("discard", 4096, 8192), ("discard", 0, 512), ("zero", 1023 * 512, 512), ("unmap", 51200, 1024)],
            _backend.Ranges.ToArray());
        Assert.Equal((1, 8704), (bench.Metrics.Discards.Count, bench.Metrics.Discards.Bytes));
        Assert.Equal((1, 1536), (bench.Metrics.WriteZeroes.Count, bench.Metrics.WriteZeroes.Bytes));
    }

    [Theory]
    [InlineData(BlockRequestType.Discard, Unknown, BlockRequestStatus.Unsupported)]
    [InlineData(BlockRequestType.Discard, Unmap, BlockRequestStatus.Unsupported)]
    [InlineData(BlockRequestType.WriteZeroes, Unknown, BlockRequestStatus.Unsupported)]
    [InlineData(BlockRequestType.WriteZeroes, Unknown | Unmap, BlockRequestStatus.Unsupported)]
    [InlineData(BlockRequestType.WriteZeroes, (BlockRangeFlags)0x8000_0000, BlockRequestStatus.Unsupported)]
    public void Flag_that_is_not_known_is_unsupported_wherever_it_is(
        BlockRequestType type, BlockRangeFlags flags, BlockRequestStatus expected)
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        BlockRange good = new(0, 8, BlockRangeFlags.None);
        BlockRange outside = new(ulong.MaxValue, 8, BlockRangeFlags.None);
        Assert.Equal(expected, Request(bench, type, good, new(8, 8, flags)));
        Assert.Equal(expected, Request(bench, type, outside, new(8, 8, flags)));
        Assert.Equal(0, bench.Metrics.Errors);
        AssertNothingChanged(bench);
    }

    [Theory]
    [InlineData(1024, 1)]
    [InlineData(1023, 2)]
    [InlineData(1025, 0)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(ulong.MaxValue / 512 + 1, 1)]
    [InlineData(0, uint.MaxValue)]
    public void Range_beyond_the_end_is_an_io_error_and_none_of_the_others_is_served(ulong sector, uint count)
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        BlockRange good = new(0, 8, BlockRangeFlags.None);
        BlockRange bad = new(sector, count, BlockRangeFlags.None);
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Discard(good, bad));
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.WriteZeroes(good, bad));
        AssertNothingChanged(bench);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(65 * 16)]
    public void List_that_is_cut_short_empty_or_too_long_is_an_io_error(int length)
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        foreach (var type in (BlockRequestType[])[BlockRequestType.Discard, BlockRequestType.WriteZeroes])
        {
            var list = bench.PlaceBuffer(length);
            bench.Memory.Span(list, length).Clear();
            Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Request(
                new BlockRequestHeader(type, 0), new GuestBuffer(list, (uint)length, false)));
            Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Request(
                new BlockRequestHeader(type, 0), new GuestBuffer(0x9000_0000, 16, false)));
        }

        AssertNothingChanged(bench);
    }

    [Fact]
    public void As_many_ranges_as_are_allowed_are_served()
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        var ranges = Enumerable.Range(0, 64).Select(i => new BlockRange((ulong)i * 2, 1, Unmap)).ToArray();
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.WriteZeroes(ranges));
        for (var sector = 0; sector < 128; sector++)
            Assert.Equal(sector % 2 == 0 ? 0 : 0xaa, _backend.Bytes[sector * 512]);
    }

    [Fact]
    public void Range_longer_than_allowed_is_an_io_error()
    {
        using var bench = new BlockBench(new EmptyDisk());
        bench.Driver.Start();
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Discard(new BlockRange(0, 1 << 21, BlockRangeFlags.None)));
        Assert.Equal(BlockRequestStatus.IoError,
            bench.Driver.Discard(new BlockRange(0, (1 << 21) + 1, BlockRangeFlags.None)));
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.WriteZeroes(new BlockRange(0, 1 << 17, Unmap)));
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.WriteZeroes(new BlockRange(0, (1 << 17) + 1, Unmap)));
    }

    [Fact]
    public void Long_range_reaches_the_back_end_in_pieces()
    {
        var disk = new EmptyDisk();
        using var bench = new BlockBench(disk);
        bench.Driver.Start();
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Discard(new BlockRange(1, 1 << 21, BlockRangeFlags.None)));
        Assert.Equal(1L << 30, disk.Discarded);
        Assert.InRange(disk.LargestPiece, 1, 32 << 20);
    }

    [Theory]
    [InlineData(BlockResult.NoSpace, BlockRequestStatus.IoError)]
    [InlineData(BlockResult.Failure, BlockRequestStatus.IoError)]
    [InlineData(BlockResult.ReadOnly, BlockRequestStatus.IoError)]
    [InlineData(BlockResult.OutOfRange, BlockRequestStatus.IoError)]
    [InlineData(BlockResult.Unsupported, BlockRequestStatus.Unsupported)]
    public void Discard_that_the_back_end_cannot_do_says_why(BlockResult outcome, BlockRequestStatus expected)
    {
        _backend.RangeOutcome = outcome;
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        Assert.Equal(expected, bench.Driver.Discard(new BlockRange(0, 8, BlockRangeFlags.None)));
        bench.AssertServes();
    }

    [Fact]
    public void Zeros_are_written_if_the_back_end_knows_nothing_better()
    {
        _backend.RangeOutcome = BlockResult.Unsupported;
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.WriteZeroes(new BlockRange(1, 1000, Unmap)));
        Assert.Equal(0xaa, _backend.Bytes[511]);
        Assert.Equal(0xaa, _backend.Bytes[1001 * 512]);
        Assert.True(_backend.Bytes.AsSpan(512, 1000 * 512).IndexOfAnyExcept((byte)0) < 0);
    }

    [Theory]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Discard_is_offered_only_if_it_is_wanted_and_can_be_had(bool wanted, bool canBeHad, bool offered)
    {
        var backend = new MemoryBackend(Sectors) { CanDiscard = canBeHad };
        using var bench = new BlockBench(backend, new BlockDeviceOptions { Discard = wanted });
        bench.Driver.Start();
        Span<byte> mayUnmap = stackalloc byte[1];
        Assert.True(bench.Guest.TryReadConfig(BlockLayout.WriteZeroesMayUnmapOffset, mayUnmap));
        Assert.Equal(offered, (bench.Driver.Features & BlockFeatures.Discard) != 0);
        Assert.Equal(offered, mayUnmap[0] != 0);
        Assert.Equal(offered ? BlockRequestStatus.Ok : BlockRequestStatus.Unsupported,
            bench.Driver.Discard(new BlockRange(0, 1, BlockRangeFlags.None)));

        // Space that must not be freed is not freed by zeros either.
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.WriteZeroes(new BlockRange(8, 1, Unmap)));
        Assert.Equal(offered ? "unmap" : "zero", backend.Ranges.Last().What);
    }

    [Fact]
    public void Read_only_disk_has_neither()
    {
        using var bench = new BlockBench(_backend, new BlockDeviceOptions { ReadOnly = true });
        bench.Driver.Start();
        Assert.Equal(0u, bench.Driver.Features & (BlockFeatures.Discard | BlockFeatures.WriteZeroes));
        Assert.Equal(BlockRequestStatus.Unsupported, bench.Driver.Discard(new BlockRange(0, 1, BlockRangeFlags.None)));
        Assert.Equal(BlockRequestStatus.Unsupported,
            bench.Driver.WriteZeroes(new BlockRange(0, 1, BlockRangeFlags.None)));
        AssertNothingChanged(bench);
    }

    [Fact]
    public void No_request_allocates()
    {
        const int Rounds = 1000;
        var disk = new EmptyDisk();
        using var bench = new BlockBench(disk);
        bench.Driver.Start();
        Round();
        var before = disk.AllocatedBytes;
        for (var i = 0; i < Rounds; i++)
            Round();

        // No object is smaller than 24 bytes. The runtime itself may allocate now and then, 8 KiB at once.
        Assert.InRange(disk.AllocatedBytes - before, 0, (Rounds * 24) - 1);

        void Round()
        {
            Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Write(0, new byte[512]));
            Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Flush());
            Assert.Equal(BlockRequestStatus.Ok, bench.Driver.WriteZeroes(new BlockRange(0, 1, Unmap)));
            bench.Driver.GetId();
            Assert.Equal(BlockRequestStatus.Unsupported, bench.Driver.Request(new BlockRequestHeader((BlockRequestType)99, 0)));
            Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Discard(new BlockRange(0, 1, BlockRangeFlags.None)));
        }
    }

    private static BlockRequestStatus Request(BlockBench bench, BlockRequestType type, params BlockRange[] ranges) =>
        type == BlockRequestType.Discard ? bench.Driver.Discard(ranges) : bench.Driver.WriteZeroes(ranges);

    private void AssertNothingChanged(BlockBench bench)
    {
        Assert.Empty(_backend.Ranges);
        Assert.DoesNotContain((byte)0, _backend.Bytes);
        bench.AssertServes();
    }

    /// <summary>A disk of a terabyte that keeps nothing.</summary>
    private sealed class EmptyDisk : IBlockBackend
    {
        public long Discarded { get; private set; }

        public long LargestPiece { get; private set; }

        /// <summary>Of the thread that discards, at its last discard.</summary>
        public long AllocatedBytes { get; private set; }

        public long Length => 1L << 40;

        public int BlockSize => 512;

        public bool IsReadOnly => false;

        public bool CanDiscard => true;

        public BlockResult Read(long offset, Span<byte> destination) => BlockResult.Success;

        public BlockResult Write(long offset, ReadOnlySpan<byte> source) => BlockResult.Success;

        public BlockResult Flush() => BlockResult.Success;

        public BlockResult Discard(long offset, long length)
        {
            Discarded += length;
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
            LargestPiece = Math.Max(LargestPiece, length);
            return BlockResult.Success;
        }

        public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => BlockResult.Success;
    }
}
