using System;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <content>The thread that does what the kernel cannot.</content>
// SAFETY: what the kernel and Xen are pointed to are locals of the calling method, of the type and size that they are told.
public sealed unsafe partial class InterruptEvents
{
    private EventPoller<Source>? _poller;

    private void StartThread() =>
        _poller = new EventPoller<Source>(_kernel, _domain, _logger, $"interrupts of domain {_domain}", new Owner(this));

    private void RaiseReady(Source source)
    {
        lock (_gate)
        {
            if (!_sources.Contains(source) || TryRaise(source))
                return;
            _sources.Remove(source);
            _logger.SourcesDropped(1, _domain, "closed, or none");
            _poller!.Change();
        }
    }

    // An eventfd was closed by its owner, which ends its assignment.
    private void DropClosed()
    {
        lock (_gate)
        {
            var dropped = _sources.RemoveAll(source => source.File.IsClosed);
            if (dropped != 0)
                _logger.SourcesDropped(dropped, _domain, "closed before their assignment ended");
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

    private sealed class Owner(InterruptEvents events) : IEventPollerOwner<Source>
    {
        public Source[] List()
        {
            lock (events._gate)
                return [.. events._sources];
        }

        public SafeHandle FileOf(Source entry) => entry.File;

        public void OnReady(Source entry) => events.RaiseReady(entry);

        public void OnClosed() => events.DropClosed();
    }
}
