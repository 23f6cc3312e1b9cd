using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xen.Sys;

namespace Xen.Privcmd.Native;

/// <summary>System calls whose outcome is one value: the result, or the negative errno read right after the call.</summary>
// SAFETY: each caller says at its call what the address refers to, and that it is as large as the kernel is told; the
// imports keep the file open for the call.
internal static unsafe class Syscall
{
    internal static HypercallResult Ioctl(SafeFileHandle fd, ulong request, void* argument)
    {
        int result;
        do
        {
            result = Libc.ioctl(fd, request, argument);
            if (result >= 0)
                return new HypercallResult(result);
        }
        while (Marshal.GetLastPInvokeError() == Libc.EINTR);

        return LastError();
    }

    internal static HypercallResult Read(SafeFileHandle fd, void* buffer, nuint count)
    {
        var result = Libc.read(fd, buffer, count);
        return result >= 0 ? new HypercallResult(result) : LastError();
    }

    internal static HypercallResult Write(SafeFileHandle fd, void* buffer, nuint count)
    {
        var result = Libc.write(fd, buffer, count);
        return result >= 0 ? new HypercallResult(result) : LastError();
    }

    /// <summary>Maps memory.</summary>
    /// <returns>0 and the address, or the errno.</returns>
    internal static HypercallResult Map(
        nint hint, nuint length, int protection, int flags, SafeFileHandle? file, out nint address)
    {
        var referenced = false;
        try
        {
            file?.DangerousAddRef(ref referenced);

            // SAFETY: the reference taken above keeps the descriptor from being closed and reused until it is released.
            var fd = file is null ? -1 : (int)file.DangerousGetHandle();

            // SAFETY: without MAP_FIXED the kernel picks free addresses; with it, callers name a part of their own
            // reservation.
            address = Libc.mmap(hint, length, protection, flags, fd, 0);
            return address != Libc.MAP_FAILED ? default : LastError();
        }
        finally
        {
            if (referenced)
                file!.DangerousRelease();
        }
    }

    internal static HypercallResult LastError()
    {
        // A negative result without an errno is a value too large for the C library's int.
        var errno = Marshal.GetLastPInvokeError();
        return HypercallResult.Failure(errno != 0 ? errno : XenAbi.XEN_EOVERFLOW);
    }
}
