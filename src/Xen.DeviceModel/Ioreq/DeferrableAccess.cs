using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>
/// One vCPU's way to its answers. Whatever devices and threads do, each request gets one, and after the end nobody touches the
/// shared page.
/// </summary>
/// <remarks>
/// The thread that serves the vCPU takes a request, and either answers it or leaves it to whoever completes it. The gate is held
/// while a deferred request is answered; without a device that defers nobody takes it.
/// </remarks>
internal sealed class DeferrableAccess(
    IoreqSlot slot, EventChannelPort port, IEventChannels eventChannels, ILogger logger) : IDeferredAccess
{
    private readonly Lock _gate = new();
    private Phase _phase;
    private ulong _ticket;
    private ulong _early;
    private ulong _mask;
    private bool _closed;

    private enum Phase
    {
        /// <summary>No device has been given the right to complete anything.</summary>
        Idle,

        /// <summary>A device that may defer is being called.</summary>
        Asked,

        /// <summary>It has completed the access before it said that it defers.</summary>
        CompletedEarly,

        /// <summary>The vCPU waits for the completion.</summary>
        Deferred,
    }

    /// <summary>Takes the request that waits, if there is one.</summary>
    internal bool TryTake(out IoRequest request)
    {
        if (!slot.TryTake(out request))
            return false;
        _mask = IoRequestHandler.AllOnes(request.Size);
        return true;
    }

    /// <summary>Takes what a server that is gone left: a request that it had not answered, or had not said that it had.</summary>
    internal bool TryTakeLeft(out IoRequest request)
    {
        if (!slot.TryTakeLeft(out request, out var isAnswered))
        {
            if (isAnswered)
                Notify();
            return false;
        }

        _mask = IoRequestHandler.AllOnes(request.Size);
        return true;
    }

    /// <summary>Gives a device the right to complete the request that was taken.</summary>
    internal IoCompletion Begin()
    {
        lock (_gate)
        {
            _phase = Phase.Asked;
            return new IoCompletion(this, ++_ticket);
        }
    }

    /// <summary>Answers the request that was taken; a completion that a device holds is void.</summary>
    internal void Answer(ulong data)
    {
        if (_phase != Phase.Idle)
        {
            lock (_gate)
                _phase = Phase.Idle;
        }

        slot.Complete(data);
        Notify();
    }

    /// <summary>Leaves the answer to the device that has been asked.</summary>
    internal void Defer()
    {
        lock (_gate)
        {
            if (_phase == Phase.Asked && !_closed)
            {
                _phase = Phase.Deferred;
                return;
            }

            Finish(_phase == Phase.CompletedEarly ? _early : _mask);
        }
    }

    /// <inheritdoc/>
    public bool TryComplete(ulong ticket, ulong value)
    {
        lock (_gate)
        {
            if (ticket != _ticket || _phase is not (Phase.Asked or Phase.Deferred))
                return false;
            if (_phase == Phase.Deferred)
            {
                Finish(value & _mask);
                return true;
            }

            _early = value & _mask;
            _phase = Phase.CompletedEarly;
            return true;
        }
    }

    /// <summary>From now on no device completes anything.</summary>
    /// <param name="isAnswered">
    /// The request that is deferred, if there is one, reads all ones; otherwise it is left to another server.
    /// </param>
    internal void Close(bool isAnswered)
    {
        lock (_gate)
        {
            _closed = true;
            if (_phase == Phase.Deferred && isAnswered)
                Finish(_mask);
            _phase = Phase.Idle;
        }
    }

    private void Finish(ulong data)
    {
        _phase = Phase.Idle;
        slot.Complete(data);
        Notify();
    }

    private void Notify()
    {
        try
        {
            var notified = eventChannels.Notify(port);
            if (!notified.IsSuccess)
                logger.NotifyFailed(port, XenErrno.Name(notified.Errno));
        }
        catch (ObjectDisposedException)
        {
            // Their owner has closed them, which ends the server's thread, too.
        }
    }
}
