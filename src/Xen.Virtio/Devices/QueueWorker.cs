using System;
using System.Diagnostics;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>Serves a queue on a thread of its own, in the driver's order.</summary>
/// <remarks>
/// <para>One chain after the other; of a block device whose back end gains by it, several at once, which are given back in
/// the driver's order all the same.</para>
/// <para>Each chain is given back when it has been served. Whether that is worth an interrupt is decided then, too; but
/// if more is available and the handler never waits (<see cref="IChainHandler.NeverWaits"/>), for up to
/// <see cref="MaxCoalesced"/> chains at once.</para>
/// <para>With a journal, a worker goes on where the one of a process that was killed has ended, and interrupts once
/// for what that one may have left undone.</para>
/// <para>One worker lives from the start of a queue to its stop; the next start makes a new one, so nothing of an old
/// driver session can reach a new one. The worker ends by itself when the queue is broken or the guest's memory is
/// gone; it then waits for nothing and costs nothing.</para>
/// </remarks>
#pragma warning disable CA1001 // neither _wake nor _stop holds a handle as used here, and a late ring is harmless
public sealed partial class QueueWorker : IRunningQueue
#pragma warning restore CA1001
{
    /// <summary>Most chains that share one decision about an interrupt.</summary>
    public const int MaxCoalesced = 16;

    private readonly QueueResources _resources;
    private readonly IChainHandler _handler;
    private readonly ILogger _logger;
    private readonly VirtQueue _queue;
    private readonly DescriptorChain _chain;
    private readonly Thread _thread;
    private readonly TimeSpan _busyPoll;
    private int _undecided;

    // Held only to publish a used buffer, and to say that none may be published any more.
    private readonly Lock _publish = new();
    private bool _stopping;

    private readonly ManualResetEventSlim _wake = new(initialState: true, spinCount: 0);
    private readonly CancellationTokenSource _stop = new();

    private QueueWorker(
        string name, QueueResources resources, IChainHandler handler, ILogger? logger, TimeSpan busyPoll)
    {
        _resources = resources;
        _handler = handler;
        _logger = logger ?? NullLogger.Instance;
        _busyPoll = busyPoll;
        _queue = VirtQueue.Create(resources.Config, resources.Features, resources.Journal);
        _chain = new DescriptorChain(_queue.MaxSegments);
        if (handler is IConcurrentChainHandler { Depth: > 1 } concurrent)
        {
            _concurrent = concurrent;
            _window = new ChainWindow(concurrent.Depth, _queue.MaxSegments);
            _ended = Ring;
        }

        _thread = new Thread(Run) { Name = name, IsBackground = true };
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
        worker._thread.Start();
        return worker;
    }

    /// <inheritdoc/>
    public void Ring() => _wake.Set();

    /// <inheritdoc/>
    public void RequestStop()
    {
        lock (_publish)
            _stopping = true;
        _stop.Cancel();
        _wake.Set();
    }

    /// <inheritdoc/>
    public bool WaitStopped(TimeSpan timeout) => _thread.Join(timeout);

    private void Run()
    {
        try
        {
            ServeHeld();
        }
        catch (Exception e) // a fault of ours: the device stops, the process and its other devices go on
        {
            if (_resources.FaultLog.TryEnter(out var suppressed))
                WorkerLog.Failed(_logger, e, _thread.Name, suppressed);
            _resources.Host.SignalNeedsReset();
        }
    }

    private void ServeHeld()
    {
        var holds = _queue.Hold(_resources.Memory);
        try
        {
            Resume();
            while (!_stop.IsCancellationRequested)
            {
                _wake.Wait(LongestSleep);
                _wake.Reset();
                if (!ServeAll())
                    break;
            }
        }
        finally
        {
            DropWindow();
            foreach (var hold in holds)
                hold?.Dispose();
        }
    }

    private void Resume()
    {
        using var memory = _resources.Memory.Enter();
        if (_queue.TryOpen(memory, out var rings) && _queue.TryResume(rings))
            _resources.Host.SignalUsed();
    }

    // Serves until there is nothing available, and nothing that has ended. False if the queue can serve no more.
    private bool ServeAll()
    {
        do
        {
            using (var memory = _resources.Memory.Enter())
            {
                if (_queue.TryOpen(memory, out var rings))
                    _queue.SuppressNotifications(rings);
            }

            var result = TakeResult.Chain;
            while (result is TakeResult.Chain or TakeResult.Malformed || (result == TakeResult.Empty && HasMoreSoon()))
            {
                if (_stop.IsCancellationRequested)
                    return false;
                result = _window is null ? ServeOne() : ServeWindow(_window, _concurrent!);
            }

            if (result == TakeResult.Broken)
            {
                if (_resources.GuestLog.TryEnter(out var suppressed))
                    WorkerLog.QueueBroken(_logger, _thread.Name, _queue.Fault, suppressed);
                _resources.Host.SignalNeedsReset();
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
        while (!_stop.IsCancellationRequested && Stopwatch.GetElapsedTime(start) < _busyPoll)
        {
            using var memory = _resources.Memory.Enter();
            if (!_queue.TryOpen(memory, out var rings) || _queue.HasAvailable(rings))
                return true;
            Thread.SpinWait(1);
        }

        return false;
    }

    private bool AllowNotifications()
    {
        using var memory = _resources.Memory.Enter();
        return !_queue.TryOpen(memory, out var rings) || _queue.AllowNotifications(rings);
    }

    private TakeResult ServeOne()
    {
        using var memory = _resources.Memory.Enter();
        if (!_queue.TryOpen(memory, out var rings))
            return TakeResult.Broken;

        var result = _queue.TryTake(rings, _chain);
        switch (result)
        {
            case TakeResult.Chain:
                Serve(ref rings);
                break;
            case TakeResult.Malformed:
                Reject(ref rings, _chain);
                break;
        }

        if (_queue.Fault != VirtQueueFault.None)
            return TakeResult.Broken;

        if (result != TakeResult.Chain || !_handler.NeverWaits || _undecided >= MaxCoalesced)
            Decide(rings);
        return result;
    }

    private void Serve(ref QueueRings rings)
    {
        uint written = 0;
        try
        {
            written = _handler.Handle(_chain, rings.Memory, _stop.Token);
        }
        catch
        {
            if (Publish(ref rings, _chain, 0))
                Decide(rings);
            throw;
        }

        Publish(ref rings, _chain, written);
    }

    private void Reject(ref QueueRings rings, DescriptorChain chain)
    {
        _handler.Rejected(chain.Fault);
        if (_resources.GuestLog.TryEnter(out var suppressed))
            WorkerLog.MalformedChain(_logger, _thread.Name, chain.Head, chain.Fault, suppressed);
        if (chain.Fault == ChainFault.HeadOutOfRange)
            Pass(chain);
        else
            Publish(ref rings, chain, 0);
    }

    // Not behind a chain that was not given back since the queue stops: a successor would not see that one.
    private void Pass(DescriptorChain chain)
    {
        lock (_publish)
        {
            if (!_stopping)
                _queue.Pass(chain);
        }
    }

    // False if the rings are no longer the guest's memory: the queue is broken then.
    private bool Publish(ref QueueRings rings, DescriptorChain chain, uint written)
    {
        // The guest may take its buffers back as soon as it sees them used: nothing of them is mapped any more then.
        var memory = rings.Memory;
        if (memory.EndBuffers() && !_queue.TryOpen(memory, out rings))
            return false;

        lock (_publish)
        {
            if (!_stopping)
            {
                _queue.Complete(rings, chain, written);
                _undecided++;
            }
        }

        return true;
    }

    private void Decide(in QueueRings rings)
    {
        if (_undecided == 0)
            return;

        _undecided = 0;
        lock (_publish)
        {
            if (!_stopping && _queue.ShouldInterrupt(rings))
                _resources.Host.SignalUsed();
        }
    }
}
