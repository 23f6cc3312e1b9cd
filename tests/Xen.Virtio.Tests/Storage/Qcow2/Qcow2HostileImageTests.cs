using System;
using System.Buffers.Binary;
using System.IO;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Qcow2;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>Images that somebody has prepared: an open may be refused, an operation may fail, and nothing else happens.</summary>
public sealed class Qcow2HostileImageTests : IDisposable
{
    private const int Size = 1 << 20;

    // The 32 MiB that an L1 table may have, twice for the copy in the file's byte order, and the rest.
    private const long MostAllocated = 96L << 20;

    private static readonly ulong[] s_interesting =
    [
        0, 1, 511, 512, 65536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1UL << 55, 1UL << 56, 1UL << 62, 1UL << 63,
        0x8000_0000_0000_0000 | 4096, ulong.MaxValue, long.MaxValue, TableEntry.OffsetMask, 0x4FFF_FFFF_FFFF_FFFF,
    ];

    private readonly Qcow2Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, "cluster_size=512")]
    [InlineData(2, "cluster_size=4096,compat=0.10")]
    [InlineData(3, "cluster_size=4096,lazy_refcounts=on")]
    public void Mutated_image_does_no_harm(int seed, string options)
    {
        var original = RealImage(options);
        for (var i = 0; i < 250; i++)
        {
            var random = new Random((seed * 10_000) + i);
            var image = Mutate(original, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Use(image, random);
            }
            catch (BlockBackendException)
            {
                // Refused: fine.
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"seed {(seed * 10_000) + i} of {options}: {e}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostAllocated, $"seed {(seed * 10_000) + i} of {options} allocates {allocated} bytes");
        }
    }

    [Fact]
    public void Guest_cannot_write_where_tables_are()
    {
        var original = RealImage("cluster_size=4096");
        Assert.True(Qcow2HeaderReader.TryRead(original, out var header, out _));
        var l2 = (int)(ReadUInt64(original, header!.L1Offset) & TableEntry.OffsetMask);
        foreach (var place in new[] { header.L1Offset, header.RefcountTableOffset })
        {
            var image = (byte[])original.Clone();
            BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(l2), (ulong)place | TableEntry.Copied);
            var file = new RecordedFile(image);
            using (var disk = Qcow2Backend.Open(file, _folder["x"], null))
                Assert.Equal(BlockResult.Failure, disk.Write(0, new byte[512]));
            Assert.Equal(image, file.ToArray());
        }
    }

    [Fact]
    public void Cluster_with_a_table_is_not_given_away_though_its_count_is_0()
    {
        var image = RealImage("cluster_size=4096");
        Assert.True(Qcow2HeaderReader.TryRead(image, out var header, out _));
        var block = (int)ReadUInt64(image, header!.RefcountTableOffset);
        image.AsSpan(block, 4096).Clear();
        using var disk = Qcow2Backend.Open(new RecordedFile(image), _folder["x"], null);
        Assert.Equal(BlockResult.Failure, disk.Write(Size - 4096, new byte[4096]));
    }

    private static ulong ReadUInt64(byte[] bytes, long at) => BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan((int)at));

    private static byte[] Mutate(byte[] original, Random random)
    {
        var image = (byte[])original.Clone();
        Assert.True(Qcow2HeaderReader.TryRead(image, out var header, out _));
        var l2 = (long)(ReadUInt64(image, header!.L1Offset) & TableEntry.OffsetMask);
        var block = (long)ReadUInt64(image, header.RefcountTableOffset);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(9) switch
            {
                0 or 1 => random.Next(14) * 8,
                2 => random.Next(112),
                3 => header.L1Offset + (random.Next(4) * 8),
                4 or 5 => l2 + (random.Next(64) * 8),
                6 => header.RefcountTableOffset + (random.Next(4) * 8),
                7 => block + (random.Next(64) * 8),
                _ => header.SnapshotsOffset + (random.Next(8) * 8),
            };
            if (random.Next(8) == 0)
                image[72 + 7] |= (byte)random.Next(32);
            switch (random.Next(4))
            {
                case 0:
                    image[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    image[at] = (byte)random.Next(256);
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan((int)at), s_interesting[random.Next(s_interesting.Length)]);
                    break;
                default: // a place that is something else already
                    BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan((int)at),
                        ((ulong)random.Next(image.Length / 512) * 512) | (random.Next(2) == 0 ? TableEntry.Copied : 0));
                    break;
            }
        }

        return random.Next(16) == 0 ? image[..random.Next(image.Length)] : image;
    }

    // Whatever comes out of it.
    private void Use(byte[] image, Random random)
    {
        // Writes far beyond the end would be sparse in a real file.
        var file = new RecordedFile(image) { Space = 8 << 20 };
        var options = new Qcow2Options { ReadOnly = random.Next(4) == 0, CacheBytes = 1, AllowBackingFile = false };
        using var disk = Qcow2Backend.Open(file, _folder["x"], options);
        var data = new byte[8192];
        for (var i = 0; i < 30; i++)
        {
            var offset = random.Next(Size - data.Length);
            _ = random.Next(5) switch
            {
                0 => disk.Write(offset, data),
                1 => disk.Discard(offset, data.Length),
                2 => disk.WriteZeroes(offset, data.Length, random.Next(2) == 0),
                3 => disk.Flush(),
                _ => disk.Read(offset, data),
            };
        }
    }

    // With data, compressed clusters, zeros, and a snapshot.
    private byte[] RealImage(string options)
    {
        var content = new byte[Size];
        new Random(1).NextBytes(content.AsSpan(0, 60_000));
        content.AsSpan(60_000, 60_000).Fill(5);
        File.WriteAllBytes(_folder["from.raw"], content);
        var path = _folder["real.qcow2"];
        QemuTools.Img("convert", "-f", "raw", "-O", "qcow2", "-c", "-o", options, _folder["from.raw"], path);
        QemuTools.Io(path, "write -q -P 1 0 20000", "write -q -P 2 900000 5000", "write -q -z 400000 20000");
        QemuTools.Img("snapshot", "-c", "then", path);
        QemuTools.Io(path, "write -q -P 3 8192 20000");
        return File.ReadAllBytes(path);
    }
}
