using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Event channels through <c>/dev/xen/evtchn</c>.</summary>
/// <remarks>
/// Binding, notifying and unmasking are thread-safe; one thread at a time waits. Disposal closes all ports, and must
/// come after the waiting has ended.
/// </remarks>
// SAFETY: what the kernel is pointed to are locals of the calling method, of the type and size that the request has.
public sealed unsafe class LinuxEventChannels : IEventChannels
{
    private const string DevicePath = "/dev/xen/evtchn";

    private readonly SafeFileHandle _evtchn;
    private readonly SafeFileHandle _wake;
    private int _waiting;

    private LinuxEventChannels(SafeFileHandle evtchn, SafeFileHandle wake)
    {
        _evtchn = evtchn;
        _wake = wake;
    }

    /// <summary>Opens the driver.</summary>
    /// <exception cref="XenUnavailableException">There is no driver, or no permission to use it.</exception>
    public static LinuxEventChannels Open()
    {
        var evtchn = XenDevice.Open(DevicePath, "xen-evtchn", Libc.O_NONBLOCK);
        var wake = Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        if (wake >= 0)
            return new LinuxEventChannels(evtchn, new SafeFileHandle(wake, ownsHandle: true));

        var error = Syscall.LastError();
        evtchn.Dispose();
        throw new HypercallException("eventfd", error.Errno);
    }

    /// <inheritdoc/>
    public EventChannelPort BindInterdomain(DomainId remote, EventChannelPort remotePort)
    {
        var bind = new ioctl_evtchn_bind_interdomain { remote_domain = remote.Value, remote_port = remotePort.Value };
        var result = Syscall.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);
        return new EventChannelPort((uint)result.OrThrow($"evtchn BIND_INTERDOMAIN of port {remotePort}", remote));
    }

    /// <inheritdoc/>
    public EventChannelPort BindUnbound(DomainId remote) => throw new NotImplementedException();

    /// <inheritdoc/>
    public EventChannelPort BindVirq(uint virq) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Reset() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Unbind(EventChannelPort port)
    {
        var unbind = new ioctl_evtchn_unbind { port = port.Value };
        Syscall.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_UNBIND, &unbind).OrThrow($"evtchn UNBIND of port {port}");
    }

    /// <inheritdoc/>
    public HypercallResult Notify(EventChannelPort port)
    {
        var notify = new ioctl_evtchn_notify { port = port.Value };
        return Syscall.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_NOTIFY, &notify);
    }

    /// <inheritdoc/>
    public void Unmask(EventChannelPort port)
    {
        var value = port.Value;
        _ = Syscall.Write(_evtchn, &value, sizeof(uint));
    }

    /// <inheritdoc/>
    public int Wait(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pending.Length);
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
            throw new InvalidOperationException("another thread waits on these event channels");

        try
        {
            var ready = TakePending(pending);
            return ready != 0 ? ready : WaitAndTake(pending, timeout, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _waiting, 0);
        }
    }

    /// <summary>Closes the driver and with it every port.</summary>
    public void Dispose()
    {
        _evtchn.Dispose();
        _wake.Dispose();
    }

    private int WaitAndTake(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static self => ((LinuxEventChannels)self!).Wake(), this);
        var start = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start);
            if (timeout != Timeout.InfiniteTimeSpan && left <= TimeSpan.Zero)
                break;

            Poll(left);
            var ready = TakePending(pending);
            if (ready != 0)
                return ready;
        }

        return 0;
    }

    private int TakePending(Span<EventChannelPort> pending)
    {
        // SAFETY: the span is pinned for the read, which is told its length; a port is one 32-bit number, as the driver
        // writes it.
        fixed (EventChannelPort* ports = pending)
        {
            var result = Syscall.Read(_evtchn, ports, (nuint)pending.Length * sizeof(uint));
            if (result.IsSuccess)
                return (int)result.Value / sizeof(uint);
            return result.Errno is XenAbi.XEN_EAGAIN or Libc.EINTR
                ? 0
                : throw new HypercallException("read of " + DevicePath, result.Errno);
        }
    }

    // SAFETY: two descriptors are on this stack frame and two are asked for; both files stay open, since disposal comes
    // after the waiting has ended.
    private void Poll(TimeSpan timeout)
    {
        var fds = stackalloc Libc.PollFd[2];
        fds[0] = new Libc.PollFd((int)_evtchn.DangerousGetHandle(), Libc.POLLIN);
        fds[1] = new Libc.PollFd((int)_wake.DangerousGetHandle(), Libc.POLLIN);
        var milliseconds = timeout == Timeout.InfiniteTimeSpan
            ? -1
            : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);

        if (Libc.poll(fds, 2, milliseconds) < 0 && Marshal.GetLastPInvokeError() is not Libc.EINTR and var errno)
            throw new HypercallException("poll of " + DevicePath, errno);

        if (fds[1].Returned != 0)
        {
            ulong count;
            _ = Syscall.Read(_wake, &count, sizeof(ulong));
        }
    }

    private void Wake()
    {
        ulong one = 1;
        _ = Syscall.Write(_wake, &one, sizeof(ulong));
    }
}
