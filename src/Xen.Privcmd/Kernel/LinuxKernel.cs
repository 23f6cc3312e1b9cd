using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Sys;

namespace Xen.Privcmd.Kernel;

/// <summary>Linux.</summary>
// SAFETY: each caller says at its call what the address refers to, and that it is as large as the kernel is told; the
// imports keep the file open for the call.
internal sealed unsafe class LinuxKernel : IKernel
{
    private LinuxKernel()
    {
    }

    internal static LinuxKernel Instance { get; } = new();

    /// <inheritdoc/>
    public int PageSize => Environment.SystemPageSize;

    /// <inheritdoc/>
    public HypercallResult Open(string path, int flags, out SafeHandle? file) =>
        Take(Libc.open(path, flags | Libc.O_CLOEXEC), out file);

    /// <inheritdoc/>
    public HypercallResult CreateEvent(out SafeHandle? file) =>
        Take(Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC), out file);

    /// <inheritdoc/>
    public HypercallResult Ioctl(SafeHandle file, ulong request, void* argument)
    {
        int result;
        do
        {
            result = Libc.ioctl(file, request, argument);
            if (result >= 0)
                return new HypercallResult(result);
        }
        while (Marshal.GetLastPInvokeError() == Libc.EINTR);

        return LastError();
    }

    /// <inheritdoc/>
    public HypercallResult Read(SafeHandle file, void* buffer, nuint count)
    {
        var result = Libc.read(file, buffer, count);
        return result >= 0 ? new HypercallResult(result) : LastError();
    }

    /// <inheritdoc/>
    public HypercallResult Write(SafeHandle file, void* buffer, nuint count)
    {
        var result = Libc.write(file, buffer, count);
        return result >= 0 ? new HypercallResult(result) : LastError();
    }

    /// <inheritdoc/>
    public HypercallResult Poll(ReadOnlySpan<SafeHandle> files, Span<bool> ready, int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(files.Length, IKernel.MaximumPolled);

        var held = 0;
        var fds = stackalloc Libc.PollFd[files.Length];
        try
        {
            for (; held < files.Length; held++)
            {
                var referenced = false;
                files[held].DangerousAddRef(ref referenced);

                // SAFETY: the reference keeps the descriptor from being closed and reused until it is released below.
                fds[held] = new Libc.PollFd((int)files[held].DangerousGetHandle(), Libc.POLLIN);
            }

            var result = Libc.poll(fds, (nuint)files.Length, milliseconds);
            if (result < 0)
                return LastError();
            for (var i = 0; i < files.Length; i++)
                ready[i] = fds[i].Returned != 0;
            return new HypercallResult(result);
        }
        finally
        {
            foreach (var file in files[..held])
                file.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public HypercallResult Map(
        nint hint, nuint length, int protection, int flags, SafeHandle? file, ulong offset, out nint address)
    {
        var referenced = false;
        try
        {
            file?.DangerousAddRef(ref referenced);

            // SAFETY: the reference taken above keeps the descriptor from being closed and reused until it is released.
            var fd = file is null ? -1 : (int)file.DangerousGetHandle();

            // SAFETY: without MAP_FIXED the kernel picks free addresses; with it, callers name a part of their own
            // reservation.
            address = Libc.mmap(hint, length, protection, flags, fd, (nint)offset);
            return address != Libc.MAP_FAILED ? default : LastError();
        }
        finally
        {
            if (referenced)
                file!.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public HypercallResult Unmap(nint address, nuint length) =>
        Libc.munmap(address, length) == 0 ? default : LastError();

    /// <inheritdoc/>
    public HypercallResult Advise(nint address, nuint length, int advice) =>
        Libc.madvise(address, length, advice) == 0 ? default : LastError();

    /// <inheritdoc/>
    public void Pause(TimeSpan time) => Thread.Sleep(time);

    private static HypercallResult Take(int fd, out SafeHandle? file)
    {
        if (fd < 0)
        {
            file = null;
            return LastError();
        }

        file = new SafeFileHandle(fd, ownsHandle: true);
        return default;
    }

    private static HypercallResult LastError()
    {
        // A negative result without an errno is a value too large for the C library's int.
        var errno = Marshal.GetLastPInvokeError();
        return HypercallResult.Failure(errno != 0 ? errno : XenAbi.XEN_EOVERFLOW);
    }
}
