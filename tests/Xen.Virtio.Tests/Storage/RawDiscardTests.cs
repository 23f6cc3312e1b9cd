using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.Versioning;
using Xen.Virtio.Storage;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage;

/// <summary>Space that is given back, zeros, a full disk and images that change their length.</summary>
[SupportedOSPlatform("linux")]
public sealed class RawDiscardTests : IDisposable
{
    private const int Length = 1 << 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-virtio-");
    private readonly string _path;

    public RawDiscardTests()
    {
        _path = Path.Combine(_folder.FullName, "disk.img");
        var content = new byte[Length];
        content.AsSpan().Fill(0xaa);
        File.WriteAllBytes(_path, content);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Discard_gives_the_space_back_and_keeps_the_length()
    {
        using (var backend = RawFileBackend.Open(_path))
        {
            Assert.True(backend.CanDiscard);
            Assert.Equal(BlockResult.Success, backend.Flush());
            var before = AllocatedBytes(_path);
            Assert.Equal(BlockResult.Success, backend.Discard(64 << 10, 512 << 10));
            Assert.Equal(BlockResult.Success, backend.Flush());
            Assert.InRange(AllocatedBytes(_path), 0, before - (448 << 10));
            Assert.Equal(Length, backend.Length);
        }

        var content = File.ReadAllBytes(_path);
        Assert.True(content.AsSpan(0, 64 << 10).IndexOfAnyExcept((byte)0xaa) < 0);
        Assert.True(content.AsSpan((64 + 512) << 10).IndexOfAnyExcept((byte)0xaa) < 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Zeros_are_exactly_where_they_are_wanted(bool mayUnmap)
    {
        var model = File.ReadAllBytes(_path);
        var random = new Random(5);
        using (var backend = RawFileBackend.Open(_path))
        {
            var space = AllocatedBytes(_path);
            for (var i = 0; i < 100; i++)
            {
                var offset = random.Next(Length);
                var length = random.Next(Math.Min(Length - offset, 40_000) + 1);
                model.AsSpan(offset, length).Clear();
                Assert.Equal(BlockResult.Success, backend.WriteZeroes(offset, length, mayUnmap));
            }

            Assert.Equal(BlockResult.Success, backend.Flush());
            if (!mayUnmap)
                Assert.InRange(AllocatedBytes(_path), space, long.MaxValue);
        }

        Assert.Equal(model, File.ReadAllBytes(_path));
    }

    [Theory]
    [InlineData(Length, 1)]
    [InlineData(0, Length + 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1, long.MaxValue)]
    public void Range_beyond_the_end_is_refused_and_nothing_grows(long offset, long length)
    {
        using (var backend = RawFileBackend.Open(_path))
        {
            Assert.Equal(BlockResult.OutOfRange, backend.Discard(offset, length));
            Assert.Equal(BlockResult.OutOfRange, backend.WriteZeroes(offset, length, mayUnmap: true));
        }

        var content = File.ReadAllBytes(_path);
        Assert.Equal(Length, content.Length);
        Assert.DoesNotContain((byte)0, content);
    }

    [Fact]
    public void Read_only_image_keeps_its_space()
    {
        using var backend = RawFileBackend.Open(_path, new RawFileOptions { ReadOnly = true });
        Assert.False(backend.CanDiscard);
        Assert.Equal(BlockResult.ReadOnly, backend.Discard(0, 4096));
        Assert.Equal(BlockResult.ReadOnly, backend.WriteZeroes(0, 4096, mayUnmap: true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public void File_system_without_holes_gets_zeros_written_and_no_discards(int length)
    {
        var handle = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite);
        using (var backend = new RawFileBackend(new PortableFile(handle), _path, readOnly: false, logger: null))
        {
            Assert.False(backend.CanDiscard);
            Assert.Equal(BlockResult.Unsupported, backend.Discard(0, 4096));
            Assert.Equal(BlockResult.Success, backend.WriteZeroes(1000, length, mayUnmap: true));
        }

        var expected = new byte[Length];
        expected.AsSpan().Fill(0xaa);
        expected.AsSpan(1000, length).Clear();
        Assert.Equal(expected, File.ReadAllBytes(_path));
    }

    [Theory]
    [InlineData(28, BlockResult.NoSpace)]
    [InlineData(122, BlockResult.NoSpace)]
    [InlineData(5, BlockResult.Failure)]
    public void Full_disk_is_told_apart_from_a_broken_one(int errno, BlockResult expected)
    {
        using var file = new FaultyFile(4096) { Error = new IOException("as the host says", errno) };
        using var backend = new RawFileBackend(file, _path, readOnly: false, logger: null);
        Assert.Equal(expected, backend.Write(0, new byte[512]));
        Assert.Equal(expected, backend.WriteZeroes(0, 512, mayUnmap: false));
        Assert.Equal(expected, backend.Discard(0, 512));
        Assert.Equal(BlockResult.Failure, backend.Flush());
    }

    // /dev/full is a disk without space, but it has no length, so it cannot be opened as an image.
    [Fact]
    public void Write_to_a_full_disk_is_no_space()
    {
        using var handle = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var exception = Assert.Throws<IOException>(() => new LinuxFile(handle).Write(0, new byte[512]));
        Assert.Equal(28, exception.HResult);
    }

    [Fact]
    public void Length_follows_the_image()
    {
        using var backend = RawFileBackend.Open(_path, new RawFileOptions { Shared = true });
        Assert.Equal(BlockResult.OutOfRange, backend.Write(Length, new byte[512]));
        Resize(Length + 4096);
        Assert.Equal(Length + 4096, backend.Length);
        Assert.Equal(BlockResult.Success, backend.Write(Length, new byte[512]));
        Resize(4096);
        Assert.Equal(4096, backend.Length);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Block_device_is_served_with_its_own_size_and_commands(int sectorSize)
    {
        Assert.SkipUnless(LoopDevice.IsSupported, "needs root and the loop driver");
        using var loop = LoopDevice.Create(_path, sectorSize);
        using (var backend = RawFileBackend.Open(loop.Path))
        {
            Assert.Equal((Length, sectorSize, true), (backend.Length, backend.BlockSize, backend.CanDiscard));
            Assert.InRange(backend.Topology.PhysicalBlockSize, sectorSize, 1 << 20);
            var model = File.ReadAllBytes(_path);
            var random = new Random(6);
            for (var i = 0; i < 100; i++)
                Step(backend, model, random);

            Assert.Equal(BlockResult.Success, backend.Flush());
            var read = new byte[Length];
            Assert.Equal(BlockResult.Success, backend.Read(0, read));
            Assert.Equal(model, read);
            Assert.Equal(BlockResult.OutOfRange, backend.Write(Length, new byte[512]));
            Assert.Equal(BlockResult.OutOfRange, backend.WriteZeroes(Length - 512, 1024, mayUnmap: false));

            // Unaligned ends of a discard stay; nothing is refused.
            Assert.Equal(BlockResult.Success, backend.Discard(100, 200));
            Assert.Equal(BlockResult.Success, backend.Discard(100, 100_000));
            Assert.Equal(BlockResult.Success, backend.Read(0, read));
            Assert.Equal(model.AsSpan(0, 100).ToArray(), read.AsSpan(0, 100).ToArray());
            Assert.Equal(model.AsSpan(100_100).ToArray(), read.AsSpan(100_100).ToArray());

            Resize(2 * Length);
            loop.Refresh();
            Assert.Equal(2 * Length, backend.Length);
            Assert.Equal(BlockResult.Success, backend.Write(Length, new byte[512]));
        }
    }

    [Fact]
    public void Block_device_is_locked_as_a_file_is()
    {
        Assert.SkipUnless(LoopDevice.IsSupported, "needs root and the loop driver");
        using var loop = LoopDevice.Create(_path);
        using var backend = RawFileBackend.Open(loop.Path);
        Assert.Throws<BlockBackendException>(() => RawFileBackend.Open(loop.Path));
    }

    private static void Step(RawFileBackend backend, byte[] model, Random random)
    {
        var offset = random.Next(Length);
        var length = random.Next(Math.Min(Length - offset, 20_000) + 1);
        if (random.Next(2) == 0)
        {
            var data = new byte[length];
            random.NextBytes(data);
            data.CopyTo(model, offset);
            Assert.Equal(BlockResult.Success, backend.Write(offset, data));
        }
        else
        {
            model.AsSpan(offset, length).Clear();
            Assert.Equal(BlockResult.Success, backend.WriteZeroes(offset, length, random.Next(2) == 0));
        }
    }

    private void Resize(long length)
    {
        using var handle = File.OpenHandle(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.SetLength(handle, length);
    }

    private static long AllocatedBytes(string path)
    {
        using var process = Process.Start(
            new ProcessStartInfo("stat", ["-c", "%b", path]) { RedirectStandardOutput = true })!;
        return 512 * long.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }
}
