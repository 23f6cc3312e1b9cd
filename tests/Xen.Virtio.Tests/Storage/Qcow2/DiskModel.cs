using System;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Qcow2;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>A disk in an image, and an array of bytes that must always be the same; random operations on both.</summary>
internal sealed class DiskModel(byte[] content, Random random, int sector, int clusterSize)
{
    public byte[] Content { get; } = content;

    public void Step(Qcow2Backend disk)
    {
        var (offset, length) = Range();
        switch (random.Next(10))
        {
            case < 4:
                var data = new byte[length];
                random.NextBytes(data);
                Assert.Equal(BlockResult.Success, disk.Write(offset, data));
                data.CopyTo(Content, offset);
                break;
            case 4:
                Assert.Equal(BlockResult.Success, disk.Discard(offset, length));
                AdoptDiscarded(disk, offset, length);
                break;
            case 5:
                Assert.Equal(BlockResult.Success, disk.WriteZeroes(offset, length, random.Next(2) == 0));
                Content.AsSpan(offset, length).Clear();
                break;
            case 6 when random.Next(3) == 0:
                Assert.Equal(BlockResult.Success, disk.Flush());
                break;
            default:
                var read = new byte[length];
                Assert.Equal(BlockResult.Success, disk.Read(offset, read));
                Assert.True(read.AsSpan().SequenceEqual(Content.AsSpan(offset, length)), $"at {offset}, {length} bytes");
                break;
        }
    }

    public void AssertSame(Qcow2Backend disk)
    {
        var all = new byte[Content.Length];
        Assert.Equal(Content.Length, disk.Length);
        Assert.Equal(BlockResult.Success, disk.Read(0, all));
        AssertSame(all);
    }

    public void AssertSame(ReadOnlySpan<byte> all)
    {
        Assert.Equal(Content.Length, all.Length);
        Assert.Equal(-1, FirstDifference(Content, all));
    }

    public static int FirstDifference(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var common = one.CommonPrefixLength(other);
        return common == one.Length && common == other.Length ? -1 : common;
    }

    // Each byte is what it was, or zero: nothing older shows.
    private void AdoptDiscarded(Qcow2Backend disk, int offset, int length)
    {
        var now = new byte[length];
        Assert.Equal(BlockResult.Success, disk.Read(offset, now));
        for (var i = 0; i < length; i++)
        {
            if (now[i] != 0 && now[i] != Content[offset + i])
                Assert.Fail($"a discard at {offset + i} shows something else");
        }

        now.CopyTo(Content.AsSpan(offset));
    }

    // Whole clusters, a few sectors, or bytes.
    private (int Offset, int Length) Range()
    {
        var unit = random.Next(3) switch { 0 => clusterSize, 1 => sector, _ => 1 };
        var most = Math.Min(Content.Length, clusterSize * 4) / unit;
        var length = random.Next(1, Math.Max(2, most + 1)) * unit;
        length = Math.Min(length, Content.Length);
        var offset = random.Next((Content.Length - length) / unit + 1) * unit;
        if (random.Next(16) == 0)
            offset = Content.Length - length;
        return (offset, length);
    }
}
