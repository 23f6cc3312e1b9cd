using System;
using System.Buffers.Binary;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>Headers, entries and counts, byte by byte.</summary>
public sealed class Qcow2FormatTests
{
    private static readonly Qcow2Geometry s_geometry = new(16, 4);

    [Theory]
    [InlineData(0x0000_0000_0000_0000UL, 3, ClusterKind.Unallocated)]
    [InlineData(0x0000_0000_0000_0001UL, 3, ClusterKind.Zero)]
    [InlineData(0x0000_0000_0000_0001UL, 2, ClusterKind.Unallocated)]
    [InlineData(0x8000_0000_0005_0000UL, 3, ClusterKind.Data)]
    [InlineData(0x8000_0000_0005_0001UL, 3, ClusterKind.ZeroAllocated)]
    [InlineData(0x8000_0000_0005_0001UL, 2, ClusterKind.Data)]
    [InlineData(0x4000_0000_0005_1234UL, 3, ClusterKind.Compressed)]
    [InlineData(0x8000_0000_0005_0200UL, 3, ClusterKind.Invalid)]
    public void L2_entry_says_how_a_cluster_is_kept(ulong value, int version, object kind) =>
        Assert.Equal(kind, new L2Entry(value).KindFor(version, s_geometry));

    // In clusters of 64 KiB, 54 bits are the offset, and 8 bits say how many sectors follow the first.
    [Theory]
    [InlineData(16, 0x4000_0000_0005_1234UL, 0x51234, 512 - 0x34)]
    [InlineData(16, 0x40C0_0000_0005_1234UL, 0x51234, (4 * 512) - 0x34)]
    [InlineData(9, 0x6000_0000_0000_1200UL, 0x1200, 2 * 512)]
    [InlineData(21, 0x4020_0000_0000_0001UL, 1, (17 * 512) - 1)]
    public void Compressed_entry_says_where_and_how_long(int clusterBits, ulong value, long offset, int length) =>
        Assert.Equal(new CompressedExtent(offset, length), new L2Entry(value).CompressedExtentFor(new(clusterBits, 4)));

    [Theory]
    [InlineData(0, 9, 1UL, 1, 0x02)]
    [InlineData(1, 5, 3UL, 1, 0x0C)]
    [InlineData(2, 3, 0xAUL, 1, 0xA0)]
    [InlineData(3, 2, 0xABUL, 2, 0xAB)]
    [InlineData(4, 1, 0xABCDUL, 2, 0xAB)]
    [InlineData(5, 1, 0xAB00_0001UL, 4, 0xAB)]
    [InlineData(6, 1, 0xAB00_0000_0000_0001UL, 8, 0xAB)]
    public void Count_is_where_the_format_has_it(int order, int index, ulong value, int at, byte expected)
    {
        var block = new byte[16];
        RefcountBlock.Write(block, order, index, value);
        Assert.Equal(expected, block[at]);
        Assert.Equal(value, RefcountBlock.Read(block, order, index));
    }

    [Fact]
    public void Counts_of_all_widths_do_not_touch_their_neighbours()
    {
        var random = new Random(1);
        for (var order = 0; order <= Qcow2Limits.MaxRefcountOrder; order++)
        {
            var block = new byte[512];
            var model = new ulong[512 * 8 >> order];
            for (var i = 0; i < 2000; i++)
            {
                var index = random.Next(model.Length);
                model[index] = (ulong)random.NextInt64(long.MinValue, long.MaxValue) & RefcountBlock.MaxFor(order);
                RefcountBlock.Write(block, order, index, model[index]);
            }

            for (var index = 0; index < model.Length; index++)
                Assert.Equal(model[index], RefcountBlock.Read(block, order, index));
        }
    }

    [Fact]
    public void Header_is_read_as_it_was_written()
    {
        var header = Valid();
        Assert.True(Qcow2HeaderReader.TryRead(Bytes(header), out var read, out _));
        Assert.Equal(header, read);
        header = header with { Version = 2, HeaderLength = Qcow2Header.Version2Length, CompatibleFeatures = default };
        Assert.True(Qcow2HeaderReader.TryRead(Bytes(header), out read, out _));
        Assert.Equal(header, read);
    }

    [Theory]
    [InlineData(0, 0UL, 4, "is not a qcow2 image")]
    [InlineData(4, 1UL, 4, "version 1")]
    [InlineData(4, 4UL, 4, "version 4")]
    [InlineData(20, 8UL, 4, "clusters of 2^8")]
    [InlineData(20, 22UL, 4, "clusters of 2^22")]
    [InlineData(20, 0xFFFF_FFFFUL, 4, "clusters of")]
    [InlineData(24, 0x8000_0000_0000_0000UL, 8, "too large")]
    [InlineData(24, 0x7FFF_FFFF_FFFF_FFFFUL, 8, "too large")]
    [InlineData(24, 0x0000_1000_0000_0000UL, 8, "too small for its disk")]
    [InlineData(32, 1UL, 4, "encrypted")]
    [InlineData(36, 0x0040_0001UL, 4, "L1 table of 4194305 entries")]
    [InlineData(36, 1UL, 4, "too small for its disk")]
    [InlineData(40, 0UL, 8, "L1 table at 0")]
    [InlineData(40, 0x30200UL, 8, "L1 table at")]
    [InlineData(40, 0xFFFF_FFFF_FFFF_0000UL, 8, "L1 table at")]
    [InlineData(48, 0UL, 8, "refcount table at 0")]
    [InlineData(48, 0x0100_0000_0000_0000UL, 8, "refcount table at")]
    [InlineData(56, 0UL, 4, "refcount table of 0")]
    [InlineData(56, 129UL, 4, "refcount table of 129")]
    [InlineData(60, 65537UL, 4, "65537 snapshots")]
    [InlineData(60, 1UL, 4, "1 snapshots at 0")]
    [InlineData(8, 50UL, 8, "name of its backing file")]
    [InlineData(8, 65530UL, 8, "name of its backing file")]
    [InlineData(8, 0xFFFF_FFFF_FFFF_FFF8UL, 8, "name of its backing file")]
    [InlineData(96, 7UL, 4, "reference counts of 2^7")]
    [InlineData(100, 96UL, 4, "header of 96")]
    [InlineData(100, 105UL, 4, "header of 105")]
    [InlineData(100, 0xFFFF_FFF8UL, 4, "header of")]
    public void Header_that_cannot_be_is_refused(int at, ulong value, int length, string expected)
    {
        var bytes = Bytes(Valid());
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), 20); // counts only if there is a backing file
        if (length == 4)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), (uint)value);
        else
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(at), value);
        Assert.False(Qcow2HeaderReader.TryRead(bytes, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(71)]
    [InlineData(103)]
    public void Header_that_ends_early_is_refused(int length) =>
        Assert.False(Qcow2HeaderReader.TryRead(Bytes(Valid()).AsSpan(0, length), out _, out _));

    [Fact]
    public void Extension_longer_than_what_is_there_is_refused()
    {
        var bytes = Bytes(Valid());
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(104), 0x12345678);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(108), 0xFFFF_FFF8);
        Assert.False(Qcow2Extensions.TryRead(bytes, Valid(), out _, out var error));
        Assert.Contains("12345678", error, StringComparison.Ordinal);
    }

    private static Qcow2Header Valid() => new()
    {
        Version = 3,
        Geometry = s_geometry,
        Size = 3L << 30,
        L1Entries = 6,
        L1Offset = 0x30000,
        RefcountTableOffset = 0x10000,
        RefcountTableClusters = 1,
        CompatibleFeatures = Qcow2CompatibleFeatures.LazyRefcounts,
    };

    private static byte[] Bytes(Qcow2Header header)
    {
        var bytes = new byte[65536];
        header.Write(bytes);
        return bytes;
    }
}
