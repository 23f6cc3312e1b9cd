using System;
using System.IO;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage;

/// <summary>A file by <c>pread</c>, <c>pwrite</c>, <c>fallocate</c> and <c>fsync</c>, every error of which is thrown.</summary>
/// <remarks>
/// <see cref="RandomAccess"/> is not that. It repeats a call that failed with ENXIO or ESPIPE, and all calls after it,
/// as <c>read</c> or <c>write</c> at the file position: a guest's write would land on sector 0 and succeed. And its
/// FlushToDisk takes EROFS, EINVAL and ENOTSUP for success; EROFS is what ext4 answers after it has given up a
/// damaged file system.
/// </remarks>
[SupportedOSPlatform("linux")]
internal class LinuxFile(SafeFileHandle handle) : IPositionalFile
{
    // No byte of the file is in reach of the hole that is punched to see whether there can be holes.
    private const long ProbeAlignment = 1 << 20;
    private const long ProbeLength = 4096;

    private bool? _canDiscard;

    /// <summary>Whether the C library is Linux's and its <c>off_t</c> has 64 bits under the plain names.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    public virtual long Length => RandomAccess.GetLength(Handle);

    public virtual BlockDeviceGeometry? Device => null;

    public virtual bool CanDiscard => _canDiscard ??= CanPunchHoles();

    protected SafeFileHandle Handle => handle;

    public int Read(long offset, Span<byte> destination) => LinuxCalls.Read(handle, offset, destination);

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            var count = LinuxCalls.Write(handle, offset, source);
            if (count == 0)
                throw new IOException("nothing was written");
            offset += count;
            source = source[count..];
        }
    }

    public virtual bool TryDiscard(long offset, long length) => LinuxCalls.TryPunchHole(handle, offset, length);

    public virtual bool TryZero(long offset, long length, bool mayUnmap) =>
        (mayUnmap && LinuxCalls.TryPunchHole(handle, offset, length))
        || LinuxCalls.TryZeroRange(handle, offset, length);

    public void Flush() => LinuxCalls.Sync(handle);

    public void Dispose() => handle.Dispose();

    private bool CanPunchHoles()
    {
        try
        {
            var beyond = (Length / ProbeAlignment + 2) * ProbeAlignment;
            return LinuxCalls.TryPunchHole(handle, beyond, ProbeLength);
        }
        catch (IOException) // opened for reading only, or a file system with limits of its own
        {
            return false;
        }
    }
}
