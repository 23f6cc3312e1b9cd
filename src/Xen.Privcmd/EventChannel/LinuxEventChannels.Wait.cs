using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <content>Waiting for pending ports.</content>
/// <remarks>
/// Cancellation and disposal set their flag first and signal the wake event second; the waiter clears the event first and
/// looks at the flags second. So no signal is swallowed, and one that is left over costs a round of the loop at most.
/// </remarks>
public sealed unsafe partial class LinuxEventChannels
{
    private const int Events = 0;
    private const int Wake = 1;

    private readonly SafeHandle[] _polled;
    private readonly bool[] _ready = new bool[2];

    // Ports that may have had an event when the driver's queue overflowed. Touched by the one that waits only.
    private readonly Queue<EventChannelPort> _suspects = new();
    private int _waiting;

    /// <inheritdoc/>
    /// <remarks>Ports that are pending already are reported even if the wait was cancelled. Allocates nothing.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">No room for ports, or a negative timeout.</exception>
    public int Wait(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pending.Length);
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
            throw new InvalidOperationException("another thread waits on these event channels");

        try
        {
            var ready = timeout == TimeSpan.Zero
                ? TakePending(pending)
                : WaitAndTake(pending, new Deadline(timeout), cancellationToken);
            if (ready != 0)
                PrivcmdMeter.WakeUps.Add(1);
            return ready;
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(nameof(LinuxEventChannels));
        }
        finally
        {
            Volatile.Write(ref _waiting, 0);
        }
    }

    private int WaitAndTake(Span<EventChannelPort> pending, Deadline deadline, CancellationToken cancellationToken)
    {
        if (_spin > TimeSpan.Zero)
        {
            var ready = Spin(pending, deadline, cancellationToken);
            if (ready != 0)
                return ready;
        }

        // A registration for each wait: one that is kept would be lost, unseen, when the token's source is reset. Its
        // disposal waits for the callback: no signal of this wait comes after it.
        using var registration = cancellationToken.UnsafeRegister(static wake => ((EventFile)wake!).Signal(), _wake);
        while (true)
        {
            // poll first: a read that finds nothing would cost as much as one that finds something.
            var isAwaited = IsAwaited(deadline, cancellationToken);
            var isReady = _suspects.Count != 0 || Poll(isAwaited ? Sleep(deadline) : 0);
            var ready = isReady ? TakePending(pending) : 0;
            if (ready != 0 || !isAwaited)
                return ready;
        }
    }

    private int Spin(Span<EventChannelPort> pending, Deadline deadline, CancellationToken cancellationToken)
    {
        const int Pause = 32;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _spin && IsAwaited(deadline, cancellationToken))
        {
            Thread.SpinWait(Pause);
            var ready = TakePending(pending);
            if (ready != 0)
                return ready;
        }

        return 0;
    }

    private bool IsAwaited(Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return !cancellationToken.IsCancellationRequested && !deadline.IsOver;
    }

    private int TakePending(Span<EventChannelPort> pending)
    {
        if (_suspects.Count != 0)
            return TakeSuspects(pending);

        // SAFETY: the span is pinned for the read, which is told its length; a port is one 32-bit number, as the driver
        // writes it.
        fixed (EventChannelPort* ports = pending)
        {
            var result = _kernel.Read(_evtchn, ports, (nuint)pending.Length * sizeof(uint));
            if (result.IsSuccess)
                return (int)result.Value / sizeof(uint);
            if (result.Errno == Libc.EFBIG)
                return RecoverFromOverflow(pending);
            return result.Errno is XenAbi.XEN_EAGAIN or Libc.EINTR
                ? 0
                : throw new HypercallException("read of " + XenDevice.EventChannel, result.Errno);
        }
    }

    // The driver's queue has room for each port that is bound, but ports that were unbound before they were read take room,
    // too. When it overflows, the driver refuses to read until it is reset, which forgets what was queued. Any port may have
    // been: so all are reported. One that had no event costs its owner a look.
    private int RecoverFromOverflow(Span<EventChannelPort> pending)
    {
        lock (_binding)
        {
            ThrowIfDisposed();
            _kernel.Ioctl(_evtchn, XenAbi.IOCTL_EVTCHN_RESET, null).OrThrow("evtchn RESET");
            foreach (var port in _bound)
                _suspects.Enqueue(port);
        }

        _logger.QueueOverflowed(_suspects.Count);
        return TakeSuspects(pending);
    }

    private int TakeSuspects(Span<EventChannelPort> pending)
    {
        var count = 0;
        while (count < pending.Length && _suspects.TryDequeue(out var port))
            pending[count++] = port;
        return count;
    }

    // The driver wakes a sleeper only if it saw its queue empty, and it looks before it puts the port in: a reader that
    // empties the queue between the two is not woken by that port. So nobody sleeps for longer than this without a look.
    private static int Sleep(Deadline deadline)
    {
        const int LongestSleep = 200;
        var left = deadline.Milliseconds;
        return left < 0 ? LongestSleep : Math.Min(left, LongestSleep);
    }

    // Whether ports are pending. An error of the driver is found by reading.
    private bool Poll(int milliseconds)
    {
        var result = _kernel.Poll(_polled, _ready, milliseconds);
        if (!result.IsSuccess)
        {
            return result.Errno == Libc.EINTR
                ? false
                : throw new HypercallException("poll of " + XenDevice.EventChannel, result.Errno);
        }

        if (result.Value > 0 && _ready[Wake])
            _wake.TryTake();
        return result.Value > 0 && _ready[Events];
    }

    // When a wait is over. In milliseconds, as poll(2) has it; the clock of the ticks is read without a system call, which
    // the precise one is not in a PV domain.
    private readonly struct Deadline(TimeSpan timeout)
    {
        private const long Never = long.MaxValue;

        private readonly long _end = timeout == Timeout.InfiniteTimeSpan
            ? Never
            : Environment.TickCount64 + (long)Math.Ceiling(timeout.TotalMilliseconds);

        internal bool IsOver => _end != Never && Environment.TickCount64 >= _end;

        /// <summary>For poll(2): -1 for ever.</summary>
        internal int Milliseconds =>
            _end == Never ? -1 : (int)Math.Clamp(_end - Environment.TickCount64, 0, int.MaxValue);
    }
}
