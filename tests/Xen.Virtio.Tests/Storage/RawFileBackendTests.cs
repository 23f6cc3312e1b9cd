using System;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Runtime.Versioning;
using Xen.Virtio.Storage;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage;

[UnsupportedOSPlatform("windows")]
public sealed class RawFileBackendTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-virtio-");
    private readonly string _path;

    public RawFileBackendTests()
    {
        _path = Path.Combine(_folder.FullName, "disk.img");
        File.WriteAllBytes(_path, new byte[4096]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read_back_and_is_in_the_file()
    {
        byte[] data = [1, 2, 3, 4, 5];
        using (var backend = RawFileBackend.Open(_path))
        {
            Assert.Equal((4096, 512, false), (backend.Length, backend.BlockSize, backend.IsReadOnly));
            Assert.Equal(BlockResult.Success, backend.Write(1000, data));
            Assert.Equal(BlockResult.Success, backend.Flush());
            var read = new byte[5];
            Assert.Equal(BlockResult.Success, backend.Read(1000, read));
            Assert.Equal(data, read);
        }

        Assert.Equal(data, File.ReadAllBytes(_path).AsSpan(1000, 5).ToArray());
    }

    [Theory]
    [InlineData(4096, 1)]
    [InlineData(4000, 97)]
    [InlineData(long.MaxValue - 1, 1)]
    public void Access_beyond_the_end_fails_and_the_file_does_not_grow(long offset, int length)
    {
        var logger = new ListLogger();
        using var backend = RawFileBackend.Open(_path, logger: logger);
        Assert.Equal(BlockResult.OutOfRange, backend.Write(offset, new byte[length]));
        Assert.NotEqual(BlockResult.Success, backend.Read(offset, new byte[length]));
        Assert.Equal(4096, new FileInfo(_path).Length);
        Assert.NotEmpty(logger.Lines);
    }

    [Fact]
    public void Write_to_a_read_only_image_is_refused()
    {
        using var backend = RawFileBackend.Open(_path, new RawFileOptions { ReadOnly = true });
        Assert.True(backend.IsReadOnly);
        Assert.Equal(BlockResult.ReadOnly, backend.Write(0, new byte[512]));
        Assert.Equal(BlockResult.Success, backend.Flush());
    }

    [Fact]
    public void Error_of_the_host_is_a_value()
    {
        var logger = new ListLogger();
        var backend = RawFileBackend.Open(_path, logger: logger);
        backend.Dispose();
        Assert.Equal(BlockResult.Failure, backend.Read(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, backend.Write(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, backend.Flush());
        Assert.Contains(logger.Lines, line => line.Text.Contains(_path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(ArgumentOutOfRangeException))]
    [InlineData(typeof(NotSupportedException))]
    public void Error_of_the_host_is_a_value_whatever_its_type(Type type)
    {
        using var file = new FaultyFile(4096) { Error = (Exception?)Activator.CreateInstance(type) };
        using var backend = new RawFileBackend(file, _path, readOnly: false, logger: null);
        Assert.Equal(BlockResult.Failure, backend.Read(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, backend.Write(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, backend.Flush());

        file.Error = null;
        Assert.Equal(BlockResult.Success, backend.Read(0, new byte[512]));
        Assert.Equal(BlockResult.Success, backend.Write(0, new byte[512]));
    }

    [Fact]
    public void After_a_flush_that_failed_every_flush_fails_until_the_image_is_opened_again()
    {
        var logger = new ListLogger();
        using var file = new FaultyFile(4096);
        using (var backend = new RawFileBackend(file, _path, readOnly: false, logger))
        {
            Assert.Equal(BlockResult.Success, backend.Flush());
            file.Error = new IOException("lost a page");
            Assert.Equal(BlockResult.Failure, backend.Flush());
            file.Error = null;
            Assert.Equal(BlockResult.Success, backend.Write(0, new byte[512]));
            Assert.Equal(BlockResult.Failure, backend.Flush());
            Assert.Equal(BlockResult.Failure, backend.Flush());
            Assert.Contains(logger.Lines, line => line.Text.Contains("opened again", StringComparison.Ordinal));
        }

        using var again = new RawFileBackend(file, _path, readOnly: false, logger);
        Assert.Equal(BlockResult.Success, again.Flush());
    }

    [Theory]
    [InlineData("missing.img", "does not exist")]
    [InlineData("no/such/folder.img", "does not exist")]
    [InlineData(".", "is a directory")]
    [InlineData("empty.img", "truncate")]
    [InlineData("tiny.img", "511 bytes")]
    public void Image_that_cannot_be_used_says_what_to_do(string name, string expected)
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "empty.img"), []);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "tiny.img"), new byte[511]);
        var path = Path.Combine(_folder.FullName, name);

        var exception = Assert.Throws<BlockBackendException>(() => RawFileBackend.Open(path));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_without_permission_says_so()
    {
        var path = _path;
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        if (Environment.IsPrivilegedProcess)
        {
            // Root may open everything, but sysfs lets nobody write to what is read-only.
            path = "/sys/kernel/uevent_seqnum";
            var mounts = File.ReadLines("/proc/mounts");
            Assert.SkipUnless(
                mounts.Any(mount => mount.StartsWith("sysfs /sys sysfs rw", StringComparison.Ordinal)),
                "root, and no sysfs that is mounted for writing");
        }

        Assert.Contains("no permission", Assert.Throws<BlockBackendException>(() => RawFileBackend.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/full")]
    [InlineData("/proc/self/maps")]
    public void What_is_neither_a_file_nor_a_block_device_is_refused(string path) =>
        Assert.Throws<BlockBackendException>(() => RawFileBackend.Open(path, new RawFileOptions { ReadOnly = true }));

    [Fact]
    public void Pipe_is_refused()
    {
        using var pipe = new AnonymousPipeServerStream();
        var path = $"/proc/self/fd/{pipe.GetClientHandleAsString()}";
        Assert.Throws<BlockBackendException>(() => RawFileBackend.Open(path));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Writer_has_the_image_alone_and_readers_share_it(bool first, bool second, bool bothOpen)
    {
        using var held = RawFileBackend.Open(_path, new RawFileOptions { ReadOnly = first });
        var again = () =>
        {
            using var other = RawFileBackend.Open(_path, new RawFileOptions { ReadOnly = second });
        };
        if (bothOpen)
            again();
        else
            Assert.Contains("another process", Assert.Throws<BlockBackendException>(again).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_writers_share_only_with_their_like()
    {
        var shared = new RawFileOptions { Shared = true };
        using var one = RawFileBackend.Open(_path, shared);
        using var two = RawFileBackend.Open(_path, shared);
        Assert.Throws<BlockBackendException>(() => RawFileBackend.Open(_path));
    }

    [Fact]
    public void Bytes_after_the_last_full_sector_are_not_seen()
    {
        File.WriteAllBytes(_path, new byte[1500]);
        var logger = new ListLogger();
        using var backend = RawFileBackend.Open(_path);
        using var bench = new BlockBench(backend, logger: logger);
        Assert.Equal(2u, bench.Driver.CapacitySectors);
        Assert.Contains(logger.Lines, line => line.Text.Contains("476 bytes", StringComparison.Ordinal));
    }
}
