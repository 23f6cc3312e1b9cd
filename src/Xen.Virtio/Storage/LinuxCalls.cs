using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage;

/// <summary>Calls of the C library, every error of which is thrown or, if it says "cannot be done here", false.</summary>
/// <remarks>Plain imports of references, because generated ones need unsafe code.</remarks>
[SupportedOSPlatform("linux")]
internal static class LinuxCalls
{
    private const string Libc = "libc";

    // FALLOC_FL_*, linux/falloc.h.
    private const int KeepSize = 0x01;
    private const int PunchHole = 0x02;
    private const int ZeroRange = 0x10;

    // errno values that are the same on x86 and Arm.
    private const int NotPermitted = 1;
    private const int Interrupted = 4;
    private const int NoSuchDevice = 19;
    private const int InvalidArgument = 22;
    private const int NotTypewriter = 25;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    /// <summary>Reads once; 0 at the end.</summary>
    public static int Read(SafeFileHandle file, long offset, Span<byte> destination)
    {
        nint count;
        do
        {
            // SAFETY: the reference is pinned for the call, and the kernel writes no more than the span's length.
            count = PRead(file, ref MemoryMarshal.GetReference(destination), (nuint)destination.Length, offset);
        }
        while (IsInterrupted(count));

        return (int)count;
    }

    /// <summary>Writes some.</summary>
    public static int Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> source)
    {
        nint count;
        do
        {
            // SAFETY: the reference is pinned for the call, and the kernel reads no more than the span's length.
            count = PWrite(file, ref MemoryMarshal.GetReference(source), (nuint)source.Length, offset);
        }
        while (IsInterrupted(count));

        return (int)count;
    }

    /// <summary>Makes all that was written durable.</summary>
    public static void Sync(SafeFileHandle file)
    {
        while (IsInterrupted(FSync(file)))
        {
        }
    }

    /// <summary>Gives the space of a range back; it reads as zeros then.</summary>
    public static bool TryPunchHole(SafeFileHandle file, long offset, long length) =>
        TryAllocate(file, PunchHole | KeepSize, offset, length);

    /// <summary>Makes a range zero and keeps its space.</summary>
    public static bool TryZeroRange(SafeFileHandle file, long offset, long length) =>
        TryAllocate(file, ZeroRange | KeepSize, offset, length);

    /// <summary>An <c>ioctl</c> that gives a number of at most 8 bytes back.</summary>
    public static bool TryGetNumber(SafeFileHandle file, nuint request, out ulong value)
    {
        value = 0;

        // SAFETY: the reference is pinned for the call, and the kernel writes at most 8 bytes for these requests.
        return Succeeds(IoctlNumber(file, request, ref value));
    }

    /// <summary>An <c>ioctl</c> that works on a range of bytes.</summary>
    public static bool TryRange(SafeFileHandle file, nuint request, long offset, long length)
    {
        Span<long> range = [offset, length];
        while (true)
        {
            // SAFETY: the reference is pinned for the call, and the kernel reads the two numbers.
            var result = IoctlRange(file, request, ref MemoryMarshal.GetReference(range));
            if (result == 0 || Marshal.GetLastPInvokeError() != Interrupted)
                return Succeeds(result);
        }
    }

    private static bool TryAllocate(SafeFileHandle file, int mode, long offset, long length)
    {
        while (true)
        {
            var result = FAllocate(file, mode, offset, length);
            if (result == 0 || Marshal.GetLastPInvokeError() != Interrupted)
                return Succeeds(result);
        }
    }

    // False if the kernel cannot do such a thing with this file; throws if it failed to.
    private static bool Succeeds(int result) => result == 0
        || (Marshal.GetLastPInvokeError() is not (NotPermitted or NoSuchDevice or InvalidArgument or NotTypewriter
                or NotImplemented or NotSupported)
            ? throw LastError()
            : false);

    // False if the call succeeded; throws if it failed otherwise.
    private static bool IsInterrupted(nint result) =>
        result < 0 && (Marshal.GetLastPInvokeError() == Interrupted ? true : throw LastError());

    private static IOException LastError()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    [DllImport(Libc, EntryPoint = "pread", SetLastError = true)]
    private static extern nint PRead(SafeFileHandle file, ref byte buffer, nuint count, long offset);

    [DllImport(Libc, EntryPoint = "pwrite", SetLastError = true)]
    private static extern nint PWrite(SafeFileHandle file, ref byte buffer, nuint count, long offset);

    [DllImport(Libc, EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(SafeFileHandle file);

    [DllImport(Libc, EntryPoint = "fallocate", SetLastError = true)]
    private static extern int FAllocate(SafeFileHandle file, int mode, long offset, long length);

    [DllImport(Libc, EntryPoint = "ioctl", SetLastError = true)]
    private static extern int IoctlNumber(SafeFileHandle file, nuint request, ref ulong value);

    [DllImport(Libc, EntryPoint = "ioctl", SetLastError = true)]
    private static extern int IoctlRange(SafeFileHandle file, nuint request, ref long range);
}
