using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage;

/// <summary>A file by what .NET offers everywhere, for development away from Linux.</summary>
/// <remarks>
/// On other Unix systems a file system that answers a positional call with ENXIO can still move data to the wrong
/// place, and some failures to flush are not seen: see <see cref="LinuxFile"/>.
/// </remarks>
internal sealed class PortableFile(SafeFileHandle handle) : IPositionalFile
{
    public long Length => RandomAccess.GetLength(handle);

    public BlockDeviceGeometry? Device => null;

    public bool CanDiscard => false;

    public int Read(long offset, Span<byte> destination) => RandomAccess.Read(handle, destination, offset);

    public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(handle, source, offset);

    public bool TryDiscard(long offset, long length) => false;

    public bool TryZero(long offset, long length, bool mayUnmap) => false;

    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
