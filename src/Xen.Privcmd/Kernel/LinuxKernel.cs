using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Sys;

namespace Xen.Privcmd.Kernel;

/// <summary>Linux.</summary>
// SAFETY: each caller says at its call what the address refers to, and that it is as large as the kernel is told. A
// file is held open for the call.
internal sealed unsafe class LinuxKernel : IKernel
{
    private const int Failed = -1;

    private LinuxKernel()
    {
    }

    internal static LinuxKernel Instance { get; } = new();

    /// <inheritdoc/>
    public int PageSize => Environment.SystemPageSize;

    /// <inheritdoc/>
    public HypercallResult Open(string path, int flags, out SafeHandle? file)
    {
        var fd = Libc.open(path, flags | Libc.O_CLOEXEC);
        return Take(fd < 0 ? HypercallResult.Failure(Marshal.GetLastPInvokeError()) : new HypercallResult(fd), out file);
    }

    /// <inheritdoc/>
    public HypercallResult CreateEvent(out SafeHandle? file) =>
        Take(Outcome(Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC)), out file);

    /// <inheritdoc/>
    public HypercallResult Ioctl(SafeHandle file, ulong request, void* argument)
    {
        using var held = new HeldFile(file);
        HypercallResult result;
        do
            result = Outcome(Libc.ioctl(held.Descriptor, request, argument));
        while (result.Errno == Libc.EINTR);
        return result;
    }

    /// <inheritdoc/>
    public HypercallResult Read(SafeHandle file, void* buffer, nuint count)
    {
        using var held = new HeldFile(file);
        return Outcome(Libc.read(held.Descriptor, buffer, count));
    }

    /// <inheritdoc/>
    public HypercallResult Write(SafeHandle file, void* buffer, nuint count)
    {
        using var held = new HeldFile(file);
        return Outcome(Libc.write(held.Descriptor, buffer, count));
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

            var result = Outcome(Libc.poll(fds, (nuint)files.Length, milliseconds));
            for (var i = 0; i < files.Length && result.IsSuccess; i++)
                ready[i] = fds[i].Returned != 0;
            return result;
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
        using var held = file is null ? default : new HeldFile(file);
        var descriptor = file is null ? -1 : held.Descriptor;

        // SAFETY: without MAP_FIXED the kernel picks free addresses; with it, callers name a part of their own reservation.
        address = Libc.mmap(hint, length, protection, flags, descriptor, (nint)offset);
        return address != Libc.MAP_FAILED ? default : Outcome(Failed);
    }

    /// <inheritdoc/>
    public HypercallResult Unmap(nint address, nuint length) =>
        Outcome(Libc.munmap(address, length));

    /// <inheritdoc/>
    public HypercallResult Advise(nint address, nuint length, int advice) =>
        Outcome(Libc.madvise(address, length, advice));

    /// <inheritdoc/>
    public void Pause(TimeSpan time) => Thread.Sleep(time);

    private static HypercallResult Take(HypercallResult opened, out SafeHandle? file)
    {
        file = opened.IsSuccess ? new SafeFileHandle((nint)opened.Value, ownsHandle: true) : null;
        return opened.IsSuccess ? default : opened;
    }

    // Called with the result of a call, and nothing between: errno is what the call left. Negative without being -1 is a
    // value too large for the C library's int.
    private static HypercallResult Outcome(nint result)
    {
        if (result >= 0)
            return new HypercallResult(result);
        return HypercallResult.Failure(result == Failed ? Marshal.GetLastSystemError() : XenAbi.XEN_EOVERFLOW);
    }

    /// <summary>A file that is not closed, and its descriptor not reused, until this is disposed of.</summary>
    private readonly ref struct HeldFile : IDisposable
    {
        private readonly SafeHandle? _file;

        /// <exception cref="ObjectDisposedException">It was closed already.</exception>
        internal HeldFile(SafeHandle file)
        {
            var isHeld = false;
            file.DangerousAddRef(ref isHeld);
            _file = file;

            // SAFETY: the reference that was just taken keeps the descriptor.
            Descriptor = (int)file.DangerousGetHandle();
        }

        internal int Descriptor { get; }

        public void Dispose() => _file?.DangerousRelease();
    }
}
