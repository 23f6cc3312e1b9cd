using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage;

/// <summary>A file by <c>pread</c>, <c>pwrite</c> and <c>fsync</c>, every error of which is thrown.</summary>
/// <remarks>
/// <see cref="RandomAccess"/> is not that. It repeats a call that failed with ENXIO or ESPIPE, and all calls after it,
/// as <c>read</c> or <c>write</c> at the file position: a guest's write would land on sector 0 and succeed. And its
/// FlushToDisk takes EROFS, EINVAL and ENOTSUP for success; EROFS is what ext4 answers after it has given up a
/// damaged file system. Plain imports of byte references, because generated ones need unsafe code.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class LinuxFile(SafeFileHandle handle) : IPositionalFile
{
    private const string Libc = "libc";
    private const int Interrupted = 4; // EINTR

    /// <summary>Whether the C library is Linux's and its <c>off_t</c> has 64 bits under the plain names.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    public long Length => RandomAccess.GetLength(handle);

    public int Read(long offset, Span<byte> destination)
    {
        nint count;
        do
        {
            // SAFETY: the reference is pinned for the call, and the kernel writes no more than the span's length.
            count = PRead(handle, ref MemoryMarshal.GetReference(destination), (nuint)destination.Length, offset);
        }
        while (IsInterrupted(count));

        return (int)count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            // SAFETY: the reference is pinned for the call, and the kernel reads no more than the span's length.
            var count = PWrite(handle, ref MemoryMarshal.GetReference(source), (nuint)source.Length, offset);
            if (IsInterrupted(count))
                continue;
            if (count == 0)
                throw new IOException("nothing was written");
            offset += count;
            source = source[(int)count..];
        }
    }

    public void Flush()
    {
        while (IsInterrupted(FSync(handle)))
        {
        }
    }

    public void Dispose() => handle.Dispose();

    // False if the call succeeded; throws if it failed otherwise.
    private static bool IsInterrupted(nint result)
    {
        if (result >= 0)
            return false;
        var error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? true : throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    [DllImport(Libc, EntryPoint = "pread", SetLastError = true)]
    private static extern nint PRead(SafeFileHandle file, ref byte buffer, nuint count, long offset);

    [DllImport(Libc, EntryPoint = "pwrite", SetLastError = true)]
    private static extern nint PWrite(SafeFileHandle file, ref byte buffer, nuint count, long offset);

    [DllImport(Libc, EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(SafeFileHandle file);
}
