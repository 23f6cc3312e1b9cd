using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Xen.Virtio.Devices;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Core;

/// <content>
/// Status state machine, starting and stopping of queues, reset. All under the register lock, but for the wait for what
/// stops: other processors of the guest go on meanwhile.
/// </content>
internal sealed partial class TransportCore
{
    private const DeviceStatus DriverBits =
        DeviceStatus.Acknowledge | DeviceStatus.Driver | DeviceStatus.DriverOk | DeviceStatus.FeaturesOk
        | DeviceStatus.Failed;

    // While a reset waits for host I/O the guest must see neither 0 nor any of its own bits.
    public DeviceStatus ReadStatus() => TryFinishReset() ? State.Status : DeviceStatus.NeedsReset;

    /// <summary>Writes the device status. Bits only come; they go by reset (§2.1.1).</summary>
    /// <returns>For <see cref="AwaitStop"/>, after the register lock. A reset that is under way already waits for no more.</returns>
    public IReadOnlyList<IRunningQueue> WriteStatus(DeviceStatus value)
    {
        if (!TryFinishReset())
            return [];
        if (value == DeviceStatus.None)
            return RequestReset();

        var added = value & DriverBits & ~State.Status;
        State.AddStatus(added & (DeviceStatus.Acknowledge | DeviceStatus.Driver | DeviceStatus.Failed));
        if ((added & DeviceStatus.FeaturesOk) != 0)
            AgreeOnFeatures();
        if ((added & DeviceStatus.DriverOk) != 0 && (State.Status & DeviceStatus.FeaturesOk) != 0)
            StartDevice();
        return [];
    }

    /// <summary>Takes the features that the driver accepts, until they are agreed on.</summary>
    public void WriteFeatures(uint value)
    {
        if ((State.Status & DeviceStatus.FeaturesOk) == 0)
            Features.WriteAccepted(value);
    }

    /// <summary>Whether the selected queue reads ready.</summary>
    public bool ReadQueueReady()
    {
        if (SelectedQueue is not { } queue)
            return false;
        if (!queue.Ready)
            queue.WaitStopped(default);
        return queue.ReadsReady;
    }

    /// <summary>The driver has set the selected queue up.</summary>
    public void MakeQueueReady()
    {
        if (SelectedQueue is not { ReadsReady: false } queue || !IsUsable((int)QueueSelector))
            return;

        queue.MakeReady();
        if ((State.Status & (DeviceStatus.DriverOk | DeviceStatus.NeedsReset)) == DeviceStatus.DriverOk)
            StartQueue((int)QueueSelector);
    }

    /// <summary>The driver takes the selected queue back.</summary>
    /// <returns>For <see cref="AwaitStop"/>, after the register lock.</returns>
    public IReadOnlyList<IRunningQueue> TakeQueueBack() =>
        SelectedQueue is { Ready: true } queue && queue.RequestStop() is { } running ? [running] : [];

    /// <summary>
    /// Waits for queues that were asked to stop, all at once, and ends the reset that waits for them. Without
    /// <see cref="Gate"/>.
    /// </summary>
    public void AwaitStop(IReadOnlyList<IRunningQueue> stopping)
    {
        if (stopping.Count == 0)
            return;

        var start = Stopwatch.GetTimestamp();
        var stopped = true;
        foreach (var running in stopping)
        {
            var left = _options.StopTimeout - Stopwatch.GetElapsedTime(start);
            stopped &= running.WaitStopped(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        lock (Gate)
        {
            foreach (var queue in Queues)
            {
                if (!queue.Ready)
                    queue.WaitStopped(TimeSpan.Zero);
            }

            TryFinishReset();
        }

        if (!stopped)
            ReportStopTimedOut();
    }

    /// <summary>A running queue says that the device needs a reset. From its worker, which must not wait for anyone.</summary>
    public void FailWhileRunning()
    {
        State.SignalNeedsReset();
        ThreadPool.UnsafeQueueUserWorkItem(static core => core.RaiseStateChanged(), this, preferLocal: false);
    }

    // §3.1.1 steps 5 and 6: the driver reads the bit back to see whether the device agrees.
    private void AgreeOnFeatures()
    {
        if (Features.AreAgreeable())
            State.AddStatus(DeviceStatus.FeaturesOk);
        else if (_guestLog.TryEnter(out var suppressed))
            TransportLog.FeaturesRefused(_logger, Device.DeviceId, Features.Accepted, suppressed);
    }

    private void StartDevice()
    {
        State.AddStatus(DeviceStatus.DriverOk);
        if ((State.Status & DeviceStatus.NeedsReset) != 0)
            return;

        if (_guestLog.TryEnter(out var suppressed))
            TransportLog.DriverReady(_logger, Device.DeviceId, Features.Accepted, suppressed);
        try
        {
            _activated = true;
            Device.Activate(Features.Accepted);
        }
        catch (Exception e) // a fault of ours must not leave the guest's vCPU without an answer
        {
            FailStart(e);
            return;
        }

        for (var i = 0; i < Queues.Length; i++)
        {
            if (Queues[i].Ready)
                StartQueue(i);
        }
    }

    private void StartQueue(int index)
    {
        if (!IsUsable(index))
            return;

        var queue = Queues[index];
        QueueHold? hold = null;
        try
        {
            hold = new QueueHold(_memory, queue.Config, Features.Accepted);
            var resources = new QueueResources(queue.Config, _memory, queue.Host, _guestLog, _faultLog)
            {
                Features = Features.Accepted,
                Journal = queue.Journal,
            };
            queue.Start(Device.StartQueue(index, resources), hold);
        }
        catch (Exception e) // as above; the usual cause is that no thread can be made
        {
            FailStart(e);
            DropHold(hold);
        }
    }

    // It failed to start already; that its memory cannot be let go of changes nothing for the guest.
    private void DropHold(QueueHold? hold)
    {
        try
        {
            hold?.Dispose();
        }
        catch (Exception e) // as above
        {
            FailStart(e);
        }
    }

    private void FailStart(Exception exception)
    {
        if (_faultLog.TryEnter(out var suppressed))
            TransportLog.StartFailed(_logger, exception, Device.DeviceId, suppressed);
        State.SignalNeedsReset();
    }

    // Checked when the queue is set up, and again when it starts: memory may have gone in between.
    private bool IsUsable(int index)
    {
        var fault = Check(Queues[index].Config, Queues[index].MaxSize, Features.Accepted);
        if (fault == VirtQueueFault.None)
            return true;

        if (_guestLog.TryEnter(out var suppressed))
            TransportLog.QueueRefused(_logger, Device.DeviceId, index, fault, suppressed);
        State.SignalNeedsReset();
        return false;
    }

    private VirtQueueFault Check(VirtQueueConfig config, ushort maxSize, ulong features)
    {
        using var memory = _memory.Enter();
        return config.Check(maxSize, features, memory);
    }

    // All queues stop at once.
    private List<IRunningQueue> RequestReset()
    {
        _resetting = true;
        var stopping = new List<IRunningQueue>();
        foreach (var queue in Queues)
        {
            if (queue.RequestStop() is { } running)
                stopping.Add(running);
        }

        TryFinishReset();
        return stopping;
    }

    private void ReportStopTimedOut()
    {
        if (_faultLog.TryEnter(out var suppressed))
            TransportLog.StopTimedOut(_logger, Device.DeviceId, _options.StopTimeout, suppressed);
    }

    // True if no reset is under way any more. Never waits.
    private bool TryFinishReset()
    {
        if (!_resetting)
            return true;
        foreach (var queue in Queues)
        {
            if (!queue.WaitStopped(TimeSpan.Zero))
                return false;
        }

        foreach (var queue in Queues)
            queue.Reset();
        if (_activated)
            Device.Reset();
        _activated = false;
        Features.Reset();
        QueueSelector = 0;
        State.Reset();
        _resetting = false;
        return true;
    }
}
