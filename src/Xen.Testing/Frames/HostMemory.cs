using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Testing.Frames;

/// <summary>Memory of the machine that the tests run on: Linux is needed, since only there one page has many addresses.</summary>
// SAFETY: ranges are those of the caller's own mappings; the imports keep the file open for the call.
internal static unsafe partial class HostMemory
{
    internal const int ProtectionNone = 0;
    internal const int ProtectionRead = 1;
    internal const int ProtectionWrite = 2;

    private const int MapShared = 0x01;
    private const int MapPrivate = 0x02;
    private const int MapFixed = 0x10;
    private const int MapAnonymous = 0x20;
    private const int MapNoReserve = 0x4000;
    private const int CloseOnExec = 1;
    private const int PunchHole = 2;
    private const int KeepSize = 1;
    private const nint Failed = -1;
    private const string Library = "libc";

    /// <summary>Makes a file that is nowhere but in memory, and takes none until it is written to.</summary>
    /// <exception cref="InvalidOperationException">The host refuses.</exception>
    internal static SafeFileHandle CreateFile(string name, long length)
    {
        if (!OperatingSystem.IsLinux() || Environment.SystemPageSize != Sys.XenPage.Size)
            throw new PlatformNotSupportedException("simulated memory needs Linux with pages of 4 KiB");

        var file = new SafeFileHandle(memfd_create(name, CloseOnExec), ownsHandle: true);
        return !file.IsInvalid && ftruncate(file, (nint)length) == 0
            ? file
            : throw new InvalidOperationException($"no memory for a simulated machine: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Maps a piece of a file, in place of what is at an address; anywhere if that is null.</summary>
    /// <exception cref="InvalidOperationException">The host refuses.</exception>
    internal static byte* MapFile(void* address, nuint length, int protection, SafeFileHandle file, long offset) =>
        Check(mmap(address, length, protection, MapShared | MapNoReserve | Fixed(address), file, (nint)offset));

    /// <summary>Maps fresh memory, in place of what is at an address; anywhere if that is null.</summary>
    /// <exception cref="InvalidOperationException">The host refuses.</exception>
    internal static byte* MapFresh(void* address, nuint length, int protection) => Check(mmap(
        address, length, protection, MapPrivate | MapAnonymous | MapNoReserve | Fixed(address), -1, 0));

    internal static void Unmap(void* address, nuint length) => _ = munmap(address, length);

    /// <summary>Gives back the memory of a piece of a file, which reads as zero from now on.</summary>
    internal static void Discard(SafeFileHandle file, long offset, long length) =>
        _ = fallocate(file, PunchHole | KeepSize, (nint)offset, (nint)length);

    private static int Fixed(void* address) => address is null ? 0 : MapFixed;

    private static byte* Check(void* address)
    {
        var errno = Marshal.GetLastPInvokeError();
        return address != (void*)Failed
            ? (byte*)address
            : throw new InvalidOperationException($"no address space for simulated memory: errno {errno}");
    }

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle fd, nint length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fallocate(SafeFileHandle fd, int mode, nint offset, nint length);

    [LibraryImport(Library, SetLastError = true)]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, SafeFileHandle fd, nint offset);

    [LibraryImport(Library, SetLastError = true)]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int munmap(void* address, nuint length);
}
