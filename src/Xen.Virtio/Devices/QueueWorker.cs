using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>Serves a split queue on a thread of its own, one chain after the other.</summary>
/// <remarks>
/// One worker lives from the start of a queue to its stop; the next start makes a new one, so nothing of an old
/// driver session can reach a new one. The worker ends by itself when the queue is broken or the guest's memory is
/// gone; it then waits for nothing and costs nothing.
/// </remarks>
#pragma warning disable CA1001 // neither _wake nor _stop holds a handle as used here, and a late ring is harmless
public sealed class QueueWorker : IRunningQueue
#pragma warning restore CA1001
{
    private readonly QueueResources _resources;
    private readonly IChainHandler _handler;
    private readonly ILogger _logger;
    private readonly SplitQueue _queue;
    private readonly DescriptorChain _chain;
    private readonly Thread _thread;

    // Held only to publish a used buffer, and to say that none may be published any more.
    private readonly Lock _publish = new();
    private bool _stopping;

    private readonly ManualResetEventSlim _wake = new(initialState: true, spinCount: 0);
    private readonly CancellationTokenSource _stop = new();

    private QueueWorker(string name, QueueResources resources, IChainHandler handler, ILogger? logger)
    {
        _resources = resources;
        _handler = handler;
        _logger = logger ?? NullLogger.Instance;
        _queue = new SplitQueue(resources.Config);
        _chain = new DescriptorChain(_queue.Size);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="name">Name of the thread, for debuggers; Linux shows the first 15 characters.</param>
    /// <param name="resources">The queue.</param>
    /// <param name="handler">What to do with the chains.</param>
    /// <param name="logger">Where broken queues and failures are reported.</param>
    public static QueueWorker Start(
        string name, QueueResources resources, IChainHandler handler, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ArgumentNullException.ThrowIfNull(handler);
        var worker = new QueueWorker(name, resources, handler, logger);
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
            while (!_stop.IsCancellationRequested)
            {
                _wake.Wait();
                _wake.Reset();
                if (!ServeAll())
                    break;
            }
        }
        catch (Exception e) // a fault of ours: the device stops, the process and its other devices go on
        {
            if (_resources.FaultLog.TryEnter(out var suppressed))
                WorkerLog.Failed(_logger, e, _thread.Name, suppressed);
            _resources.Host.SignalNeedsReset();
        }
    }

    // Serves until the ring is empty. False if the queue can serve no more.
    private bool ServeAll()
    {
        do
        {
            using (var memory = _resources.Memory.Enter())
                _queue.SuppressNotifications(memory);

            var result = TakeResult.Chain;
            while (result is TakeResult.Chain or TakeResult.Malformed)
            {
                if (_stop.IsCancellationRequested)
                    return false;
                result = ServeOne();
            }

            if (result == TakeResult.Broken)
            {
                if (_resources.GuestLog.TryEnter(out var suppressed))
                    WorkerLog.QueueBroken(_logger, _thread.Name, _queue.Fault, suppressed);
                _resources.Host.SignalNeedsReset();
                return false;
            }
        }
        while (AllowNotifications());

        return true;
    }

    private bool AllowNotifications()
    {
        using var memory = _resources.Memory.Enter();
        return _queue.AllowNotifications(memory);
    }

    private TakeResult ServeOne()
    {
        using var memory = _resources.Memory.Enter();
        var result = _queue.TryTake(memory, _chain);
        if (result == TakeResult.Chain)
        {
            uint written = 0;
            try
            {
                written = _handler.Handle(_chain, memory, _stop.Token);
            }
            catch
            {
                Publish(memory, 0);
                throw;
            }

            Publish(memory, written);
        }
        else if (result == TakeResult.Malformed)
        {
            Reject(memory);
        }

        return _queue.Fault == VirtQueueFault.None ? result : TakeResult.Broken;
    }

    private void Reject(GuestMemoryView memory)
    {
        _handler.Rejected(_chain.Fault);
        if (_resources.GuestLog.TryEnter(out var suppressed))
            WorkerLog.MalformedChain(_logger, _thread.Name, _chain.Head, _chain.Fault, suppressed);
        if (_chain.Fault != ChainFault.HeadOutOfRange)
            Publish(memory, 0);
    }

    private void Publish(GuestMemoryView memory, uint written)
    {
        lock (_publish)
        {
            if (!_stopping && _queue.TryComplete(memory, _chain.Head, written) && _queue.DriverWantsInterrupt(memory))
                _resources.Host.SignalUsed();
        }
    }
}
