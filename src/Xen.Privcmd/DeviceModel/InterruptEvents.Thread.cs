using System;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <content>The thread that does what the kernel cannot.</content>
// SAFETY: what the kernel and Xen are pointed to are locals of the calling method, of the type and size that they are told.
public sealed unsafe partial class InterruptEvents
{
    private static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(10);

    private EventFile? _wake;
    private Thread? _thread;
    private bool _changed = true;

    private void StartThread()
    {
        _wake = EventFile.Create(_kernel);
        _thread = new Thread(Run) { IsBackground = true, Name = $"interrupts of domain {_domain}" };
        _thread.Start();
    }

    private void StopThread()
    {
        _wake?.Signal();
        _thread?.Join();
        _wake?.Dispose();
    }

    // The caller holds the gate.
    private void Changed()
    {
        _changed = true;
        _wake?.Signal();
    }

    private void Run()
    {
        Source[] sources = [];
        SafeHandle[] files = [];
        bool[] ready = [];
        while (true)
        {
            lock (_gate)
            {
                if (_disposed)
                    return;
                if (_changed)
                {
                    _changed = false;
                    sources = [.. _sources];
                    files = [_wake!.Handle, .. Array.ConvertAll(sources, source => source.File)];
                    ready = new bool[files.Length];
                }
            }

            if (Poll(files, ready))
                RaiseReady(sources, ready);
        }
    }

    private bool Poll(SafeHandle[] files, bool[] ready)
    {
        try
        {
            var result = _kernel.Poll(files, ready, milliseconds: -1);
            if (result.Value > 0 && ready[0])
                _wake!.TryTake();
            if (result.IsSuccess || result.Errno == Libc.EINTR)
                return result.IsSuccess;
            _logger.PollFailed(_domain, XenErrno.Name(result.Errno));
            _kernel.Pause(s_pauseAfterError);
        }
        catch (ObjectDisposedException)
        {
            // An eventfd was closed by its owner, which ends its assignment.
            lock (_gate)
            {
                var dropped = _sources.RemoveAll(source => source.File.IsClosed);
                if (dropped != 0)
                    _logger.SourcesDropped(dropped, _domain, "closed before their assignment ended");
                _changed = true;
            }
        }

        return false;
    }

    private void RaiseReady(Source[] sources, bool[] ready)
    {
        lock (_gate)
        {
            for (var i = 0; i < sources.Length; i++)
            {
                if (!ready[i + 1] || !_sources.Contains(sources[i]))
                    continue;
                if (!TryRaise(sources[i]))
                {
                    _sources.Remove(sources[i]);
                    _logger.SourcesDropped(1, _domain, "closed, or none");
                    _changed = true;
                }
            }
        }
    }

    // A signal from just before the end of an assignment counts.
    private void RaiseIfSignalled(Source source)
    {
        var ready = false;
        var polled = _kernel.Poll(new ReadOnlySpan<SafeHandle>([source.File]), new Span<bool>(ref ready), milliseconds: 0);
        if (polled.IsSuccess && ready)
            TryRaise(source);
    }

    /// <returns>False if the file gives no signals: it is none of an eventfd, or was closed.</returns>
    private bool TryRaise(Source source)
    {
        try
        {
            var taken = EventFile.Take(_kernel, source.File);
            if (taken.Value > 0)
                Raise(source);
            return taken.Value > 0 || taken.Errno is XenAbi.XEN_EAGAIN or Libc.EINTR;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private void Raise(Source source)
    {
        var operation = source.Operation;
        var buffer = new xen_dm_op_buf { h = (byte*)&operation, size = (ulong)sizeof(xen_dm_op) };
        var result = _transport.DeviceModelOp(_domain, &buffer, 1);
        if (!result.IsSuccess && !source.IsFailing)
            _logger.InterruptFailed(_domain, XenErrno.Name(result.Errno));
        source.IsFailing = !result.IsSuccess;
    }
}
