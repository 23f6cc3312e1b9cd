using System;
using System.Diagnostics;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>Serves a queue on a thread of its own, in the driver's order.</summary>
/// <remarks>
/// <para>One chain after the other; of a block device whose back end gains by it, several at once, which are given back
/// in the driver's order all the same.</para>
/// <para>Each chain is given back when it has been served. Whether that is worth an interrupt is decided then, too; but
/// if more is available and the handler never waits (<see cref="IChainHandler.NeverWaits"/>), for up to
/// <see cref="MaxCoalesced"/> chains at once.</para>
/// <para>With a journal, a worker goes on where the one of a process that was killed has ended, and interrupts once
/// for what that one may have left undone.</para>
/// <para>One worker lives from the start of a queue to its stop; the next start makes a new one, so nothing of an old
/// driver session can reach a new one. The worker ends by itself when the queue is broken or the guest's memory is
/// gone; it then waits for nothing and costs nothing.</para>
/// </remarks>
public sealed partial class QueueWorker : QueueThread
{
    /// <summary>Most chains that share one decision about an interrupt.</summary>
    public const int MaxCoalesced = 16;

    private readonly IChainHandler _handler;
    private readonly IWaitingHandler? _waiting;
    private readonly DescriptorChain _chain;
    private readonly TimeSpan _busyPoll;

    private QueueWorker(
        string name, QueueResources resources, IChainHandler handler, ILogger? logger, TimeSpan busyPoll)
        : base(name, resources, logger)
    {
        _handler = handler;
        _waiting = handler as IWaitingHandler;
        _busyPoll = busyPoll;
        _chain = new DescriptorChain(Queue.MaxSegments);
        if (handler is IConcurrentChainHandler { Depth: > 1 } concurrent)
        {
            _concurrent = concurrent;
            _window = new ChainWindow(concurrent.Depth, Queue.MaxSegments);
            _ended = Ring;
        }
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="name">Name of the thread, for debuggers; Linux shows the first 15 characters.</param>
    /// <param name="resources">The queue.</param>
    /// <param name="handler">What to do with the chains.</param>
    /// <param name="logger">Where broken queues and failures are reported.</param>
    /// <param name="busyPoll">
    /// How long to look for more before the thread sleeps: saves the driver's notification and the way back from sleep,
    /// and costs a processor meanwhile. Zero: not at all.
    /// </param>
    public static QueueWorker Start(
        string name, QueueResources resources, IChainHandler handler, ILogger? logger = null,
        TimeSpan busyPoll = default)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ArgumentNullException.ThrowIfNull(handler);
        var worker = new QueueWorker(name, resources, handler, logger, busyPoll);
        worker.StartThread();
        return worker;
    }

    private protected override bool ServeAll(bool isRung)
    {
        do
        {
            SuppressNotifications();
            var result = TakeResult.Chain;
            while (result is TakeResult.Chain or TakeResult.Malformed || (result == TakeResult.Empty && HasMoreSoon()))
            {
                _waiting?.WaitReady(Stopping);
                if (IsStopping)
                    return false;
                result = _window is null ? ServeOne() : ServeWindow(_window, _concurrent!);
            }

            if (result == TakeResult.Broken)
            {
                ReportBroken();
                return false;
            }
        }
        while (!IsShut && AllowNotifications());

        return true;
    }

    // Each look is at the memory as it is then: the guest may be gone.
    private bool HasMoreSoon()
    {
        if (_busyPoll <= TimeSpan.Zero || _window is { Count: > 0 })
            return false;

        var start = Stopwatch.GetTimestamp();
        while (!IsStopping && Stopwatch.GetElapsedTime(start) < _busyPoll)
        {
            using var memory = Resources.Memory.Enter();
            if (!Queue.TryOpen(memory, out var rings) || Queue.HasAvailable(rings))
                return true;
            Thread.SpinWait(1);
        }

        return false;
    }

    private TakeResult ServeOne()
    {
        using var memory = Resources.Memory.Enter();
        if (!Queue.TryOpen(memory, out var rings))
            return TakeResult.Broken;

        var result = _waiting is { IsUnfinished: true } ? TakeResult.Chain : Queue.TryTake(rings, _chain);
        switch (result)
        {
            case TakeResult.Chain:
                Serve(ref rings);
                break;
            case TakeResult.Malformed:
                _handler.Rejected(_chain.Fault);
                Reject(ref rings, _chain);
                break;
        }

        if (Queue.Fault != VirtQueueFault.None)
            return TakeResult.Broken;

        if (result != TakeResult.Chain || !_handler.NeverWaits || Undecided >= MaxCoalesced)
            Decide(rings);
        return result;
    }

    private void Serve(ref QueueRings rings)
    {
        uint written = 0;
        try
        {
            written = _handler.Handle(_chain, rings.Memory, Stopping);
        }
        catch
        {
            if (Publish(ref rings, _chain, 0))
                Decide(rings);
            throw;
        }

        if (_waiting is not { IsUnfinished: true })
            Publish(ref rings, _chain, written);
    }
}
