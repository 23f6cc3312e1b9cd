using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>
/// A thread that serves a queue from its start to its stop: what all ways of serving one share. When chains are taken
/// and given back is the business of those who derive from it.
/// </summary>
#pragma warning disable CA1001 // neither _wake nor _stop holds a handle as used here, and a late ring is harmless
public abstract class QueueThread : IRunningQueue
#pragma warning restore CA1001
{
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _wake = new(initialState: true, spinCount: 0);
    private readonly CancellationTokenSource _stop = new();

    // Held only to say how far the queue has come, to the guest or the journal, and that it comes no further.
    private readonly Lock _publish = new();
    private bool _stopping;

    private protected QueueThread(string name, QueueResources resources, ILogger? logger)
    {
        Resources = resources;
        Logger = logger ?? NullLogger.Instance;
        Queue = VirtQueue.Create(resources.Config, resources.Features, resources.Journal);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    private protected QueueResources Resources { get; }

    private protected VirtQueue Queue { get; }

    private protected ILogger Logger { get; }

    private protected string? Name => _thread.Name;

    private protected CancellationToken Stopping => _stop.Token;

    private protected bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Chains given back since the last decision about an interrupt.</summary>
    private protected int Undecided { get; private set; }

    /// <summary>How long to sleep at most before <see cref="ServeAll"/> is called without a ring.</summary>
    private protected virtual TimeSpan LongestSleep => Timeout.InfiniteTimeSpan;

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

    private protected void StartThread() => _thread.Start();

    /// <summary>Serves until there is nothing to do. On the thread.</summary>
    /// <param name="isRung">False if the thread woke up after <see cref="LongestSleep"/>.</param>
    /// <returns>False if the queue can serve no more.</returns>
    private protected abstract bool ServeAll(bool isRung);

    /// <summary>Gives up what was taken and is not served any more: the thread ends. On the thread.</summary>
    private protected virtual void DropUnserved()
    {
    }

    private protected void SuppressNotifications()
    {
        using var memory = Resources.Memory.Enter();
        if (Queue.TryOpen(memory, out var rings))
            Queue.SuppressNotifications(rings);
    }

    /// <returns>True if there is more to do than to sleep.</returns>
    private protected bool AllowNotifications()
    {
        using var memory = Resources.Memory.Enter();
        return !Queue.TryOpen(memory, out var rings) || Queue.AllowNotifications(rings);
    }

    private protected void ReportBroken()
    {
        if (Resources.GuestLog.TryEnter(out var suppressed))
            WorkerLog.QueueBroken(Logger, Name, Queue.Fault, suppressed);
        Resources.Host.SignalNeedsReset();
    }

    /// <summary>Says that what the oldest chains ask for is about to be done: <see cref="VirtQueue.Begin"/>.</summary>
    /// <returns>False if the queue stops: they are left to a successor then.</returns>
    private protected bool TryBegin(int chains)
    {
        // Not behind a chain that was not given back since the queue stops: that one would be taken for what has begun.
        lock (_publish)
        {
            if (!_stopping)
                Queue.Begin(chains);
            return !_stopping;
        }
    }

    /// <summary>Reports a malformed chain, and gives it back unserved.</summary>
    /// <returns>As <see cref="Publish"/>.</returns>
    private protected bool Reject(ref QueueRings rings, DescriptorChain chain)
    {
        if (Resources.GuestLog.TryEnter(out var suppressed))
            WorkerLog.MalformedChain(Logger, Name, chain.Head, chain.Fault, suppressed);
        if (chain.Fault != ChainFault.HeadOutOfRange)
            return Publish(ref rings, chain, 0);
        Pass(chain);
        return true;
    }

    /// <summary>Gives a chain back.</summary>
    /// <returns>False if the rings are no longer the guest's memory: the queue is broken then.</returns>
    private protected bool Publish(ref QueueRings rings, DescriptorChain chain, uint written)
    {
        // The guest may take its buffers back as soon as it sees them used: nothing of them is mapped any more then.
        var memory = rings.Memory;
        if (memory.EndBuffers() && !Queue.TryOpen(memory, out rings))
            return false;

        lock (_publish)
        {
            if (!_stopping)
            {
                Queue.Complete(rings, chain, written);
                Undecided++;
            }
        }

        return true;
    }

    /// <summary>Interrupts the driver if it wants to know what has been given back.</summary>
    private protected void Decide(in QueueRings rings)
    {
        if (Undecided == 0)
            return;

        Undecided = 0;
        lock (_publish)
        {
            if (!_stopping && Queue.ShouldInterrupt(rings))
                Resources.Host.SignalUsed();
        }
    }

    // Not behind a chain that was not given back since the queue stops: a successor would not see that one.
    private void Pass(DescriptorChain chain)
    {
        lock (_publish)
        {
            if (!_stopping)
                Queue.Pass(chain);
        }
    }

    private void Run()
    {
        try
        {
            ServeHeld();
        }
        catch (Exception e) // a fault of ours: the device stops, the process and its other devices go on
        {
            if (Resources.FaultLog.TryEnter(out var suppressed))
                WorkerLog.Failed(Logger, e, Name, suppressed);
            Resources.Host.SignalNeedsReset();
        }
    }

    private void ServeHeld()
    {
        var holds = Queue.Hold(Resources.Memory);
        try
        {
            Resume();
            while (!IsStopping)
            {
                var isRung = _wake.Wait(LongestSleep);
                _wake.Reset();
                if (!ServeAll(isRung))
                    break;
            }
        }
        finally
        {
            DropUnserved();
            foreach (var hold in holds)
                hold?.Dispose();
        }
    }

    private void Resume()
    {
        using var memory = Resources.Memory.Enter();
        if (Queue.TryOpen(memory, out var rings) && Queue.TryResume(rings))
            Resources.Host.SignalUsed();
    }
}
