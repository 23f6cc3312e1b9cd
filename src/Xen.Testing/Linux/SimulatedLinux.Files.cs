using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Linux.EventChannel;
using Xen.Testing.Linux.Grants;
using Xen.Testing.Linux.Privcmd;

namespace Xen.Testing.Linux;

/// <content>System calls on files.</content>
public sealed unsafe partial class SimulatedLinux : IKernel
{
    /// <inheritdoc/>
    HypercallResult IKernel.Open(string path, int flags, out SafeHandle? file)
    {
        file = null;
        if (Faults.Strike(KernelCall.Open, path, 0, out var failure) || IsRefused(path, out failure))
            return failure;
        var isBlocking = (flags & Libc.O_NONBLOCK) == 0;
        SimulatedFile? opened = path switch
        {
            XenDevice.Privcmd => new PrivcmdFile(this, path),
            XenDevice.Hypercall => new HypercallBufferFile(this, path),
            XenDevice.EventChannel => new EventChannelFile(this, path, isBlocking),
            XenDevice.GrantDevice => new GrantDeviceFile(this, path),
            XenDevice.GrantAllocator => new GrantAllocatorFile(this, path),
            _ => null,
        };
        if (opened is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        file = Insert(opened);
        return default;
    }

    /// <inheritdoc/>
    HypercallResult IKernel.CreateEvent(out SafeHandle? file)
    {
        file = null;
        if (Faults.Strike(KernelCall.CreateEvent, "", 0, out var failure))
            return failure;
        file = Insert(new EventFile(this));
        return default;
    }

    /// <inheritdoc/>
    HypercallResult IKernel.Ioctl(SafeHandle file, ulong request, void* argument)
    {
        using var held = new HeldFile(this, file);
        if (held.File is null)
            return HypercallResult.Failure(XenAbi.XEN_EBADF);
        return Faults.Strike(KernelCall.Ioctl, held.File.Path, request, out var failure)
            ? failure
            : held.File.Ioctl(request, argument);
    }

    /// <inheritdoc/>
    HypercallResult IKernel.Read(SafeHandle file, void* buffer, nuint count)
    {
        using var held = new HeldFile(this, file);
        if (held.File is null)
            return HypercallResult.Failure(XenAbi.XEN_EBADF);
        return Faults.Strike(KernelCall.Read, held.File.Path, 0, out var failure)
            ? failure
            : held.File.Read(buffer, count);
    }

    /// <inheritdoc/>
    HypercallResult IKernel.Write(SafeHandle file, void* buffer, nuint count)
    {
        using var held = new HeldFile(this, file);
        if (held.File is null)
            return HypercallResult.Failure(XenAbi.XEN_EBADF);
        return Faults.Strike(KernelCall.Write, held.File.Path, 0, out var failure)
            ? failure
            : held.File.Write(buffer, count);
    }

    /// <inheritdoc/>
    HypercallResult IKernel.Poll(ReadOnlySpan<SafeHandle> files, Span<bool> ready, int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(files.Length, IKernel.MaximumPolled);
        var held = 0;
        try
        {
            for (; held < files.Length; held++)
            {
                var isHeld = false;
                files[held].DangerousAddRef(ref isHeld);
            }

            return PollHeld(files, ready, milliseconds);
        }
        finally
        {
            foreach (var file in files[..held])
                file.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Takes no time: what is waited for here does not come with time.</remarks>
    void IKernel.Pause(TimeSpan time) => Thread.Yield();

    private HypercallResult PollHeld(ReadOnlySpan<SafeHandle> files, Span<bool> ready, int milliseconds)
    {
        var start = Stopwatch.GetTimestamp();
        lock (Wakeups)
        {
            while (true)
            {
                if (Faults.Strike(KernelCall.Poll, "", 0, out var failure))
                    return failure;
                var count = 0;
                for (var i = 0; i < files.Length; i++)
                {
                    // A descriptor that is none is reported as such.
                    ready[i] = files[i] is not SimulatedFileHandle own || own.File.IsReadable;
                    count += ready[i] ? 1 : 0;
                }

                var left = milliseconds < 0
                    ? Timeout.Infinite
                    : (int)Math.Max(0, milliseconds - (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (count != 0 || left == 0)
                    return new HypercallResult(count);
                Monitor.Wait(Wakeups, left);
            }
        }
    }

    private bool IsRefused(string path, out HypercallResult failure)
    {
        lock (_gate)
        {
            var errno = _refusals.GetValueOrDefault(path);
            failure = errno == 0 ? default : HypercallResult.Failure(errno);
            return errno != 0;
        }
    }

    // A file stays open for the duration of a call.
    private readonly ref struct HeldFile
    {
        private readonly SafeHandle _handle;

        /// <exception cref="ObjectDisposedException">It was closed.</exception>
        internal HeldFile(SimulatedLinux linux, SafeHandle handle)
        {
            var isHeld = false;
            handle.DangerousAddRef(ref isHeld);
            _handle = handle;
            File = handle is SimulatedFileHandle own && own.IsOf(linux) ? own.File : null;
        }

        internal SimulatedFile? File { get; }

        public void Dispose() => _handle.DangerousRelease();
    }
}
