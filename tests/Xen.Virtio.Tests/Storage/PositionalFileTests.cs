using System;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Tests.Storage;

[SupportedOSPlatform("linux")]
public sealed class PositionalFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bytes_go_where_they_are_told(bool linux)
    {
        var content = new byte[10_000];
        new Random(3).NextBytes(content);
        using (var file = Open(linux, FileAccess.ReadWrite))
        {
            file.Write(5000, content.AsSpan(5000));
            file.Write(0, content.AsSpan(0, 5000));
            file.Flush();
            Assert.Equal(10_000, file.Length);

            var read = new byte[6000];
            Assert.Equal(6000, file.Read(1000, read));
            Assert.Equal(content.Skip(1000).Take(6000), read);
            Assert.Equal(1000, file.Read(9000, read));
            Assert.Equal(0, file.Read(10_000, read));
        }

        Assert.Equal(content, File.ReadAllBytes(_path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Error_of_the_host_is_thrown(bool linux)
    {
        var file = Open(linux, FileAccess.Read);
        Assert.ThrowsAny<Exception>(() => file.Write(0, new byte[1]));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read(0, new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => file.Write(0, new byte[1]));
        Assert.Throws<ObjectDisposedException>(file.Flush);
    }

    // A pipe has no offsets (ESPIPE): the same that a file system can answer for any file at any time.
    [Fact]
    public void Nothing_moves_at_the_file_position_when_a_positional_call_fails()
    {
        using var reader = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = new AnonymousPipeClientStream(PipeDirection.Out, reader.ClientSafePipeHandle);
        writer.WriteByte(1);

        using var readEnd = Borrow(reader);
        Assert.Contains("seek", Assert.Throws<IOException>(
            () => new LinuxFile(readEnd).Read(0, new byte[1])).Message, StringComparison.Ordinal);
        using var writeEnd = Borrow(writer);
        Assert.Throws<IOException>(() => new LinuxFile(writeEnd).Write(0, [2]));
        Assert.Equal(1, reader.ReadByte());
        writer.WriteByte(3);
        Assert.Equal(3, reader.ReadByte());
    }

    // EINVAL here; EROFS, which .NET takes for success as well, after ext4 has given up a file system.
    [Fact]
    public void Flush_that_the_host_cannot_do_is_an_error()
    {
        using var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.Throws<IOException>(() => new LinuxFile(handle).Flush());
    }

    private static SafeFileHandle Borrow(PipeStream pipe) =>
        new(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

    private IPositionalFile Open(bool linux, FileAccess access)
    {
        var handle = File.OpenHandle(_path, FileMode.Open, access);
        return linux ? new LinuxFile(handle) : new PortableFile(handle);
    }
}
