using System;
using System.Diagnostics;
using Xen.Virtio.Devices;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Mmio;

/// <content>Status state machine, starting and stopping of queues, reset. All under the register lock.</content>
public sealed partial class VirtioMmioTransport
{
    private const DeviceStatus DriverBits =
        DeviceStatus.Acknowledge | DeviceStatus.Driver | DeviceStatus.DriverOk | DeviceStatus.FeaturesOk
        | DeviceStatus.Failed;

    // While a reset waits for host I/O the guest must see neither 0 nor any of its own bits.
    private DeviceStatus ReadStatus() => TryFinishReset() ? _state.Status : DeviceStatus.NeedsReset;

    // Bits only come; they go by reset (§2.1.1).
    private void WriteStatus(DeviceStatus value)
    {
        if (value == DeviceStatus.None)
        {
            RequestReset();
            return;
        }

        if (_resetting)
            return;

        var added = value & DriverBits & ~_state.Status;
        _state.AddStatus(added & (DeviceStatus.Acknowledge | DeviceStatus.Driver | DeviceStatus.Failed));
        if ((added & DeviceStatus.FeaturesOk) != 0)
            AgreeOnFeatures();
        if ((added & DeviceStatus.DriverOk) != 0)
            StartDevice();
    }

    // §3.1.1 steps 5 and 6: the driver reads the bit back to see whether the device agrees.
    private void AgreeOnFeatures()
    {
        if (_features.AreAgreeable())
            _state.AddStatus(DeviceStatus.FeaturesOk);
        else if (_guestLog.TryEnter(out var suppressed))
            MmioLog.FeaturesRefused(_logger, _device.DeviceId, _features.Accepted, suppressed);
    }

    private void StartDevice()
    {
        if ((_state.Status & DeviceStatus.FeaturesOk) == 0)
            return;

        _state.AddStatus(DeviceStatus.DriverOk);
        if ((_state.Status & DeviceStatus.NeedsReset) != 0)
            return;

        if (_guestLog.TryEnter(out var suppressed))
            MmioLog.DriverReady(_logger, _device.DeviceId, _features.Accepted, suppressed);
        try
        {
            _activated = true;
            _device.Activate(_features.Accepted);
        }
        catch (Exception e) // a fault of ours must not leave the guest's vCPU without an answer
        {
            FailStart(e);
            return;
        }

        for (var i = 0; i < _queues.Length; i++)
        {
            if (_queues[i].Ready)
                StartQueue(i);
        }
    }

    private void WriteQueueReady(uint value)
    {
        if (SelectedQueue is not { } queue)
            return;

        if (value == 0)
        {
            queue.RequestStop();
            if (!queue.WaitStopped(_options.StopTimeout))
                ReportStopTimedOut();
        }
        else if (!queue.ReadsReady && IsUsable((int)_queueSel))
        {
            queue.MakeReady();
            if ((_state.Status & (DeviceStatus.DriverOk | DeviceStatus.NeedsReset)) == DeviceStatus.DriverOk)
                StartQueue((int)_queueSel);
        }
    }

    private void StartQueue(int index)
    {
        if (!IsUsable(index))
            return;

        try
        {
            _queues[index].Start(_device.StartQueue(
                index, new QueueResources(_queues[index].Config, _memory, _state, _guestLog, _faultLog)
                {
                    Features = _features.Accepted,
                }));
        }
        catch (Exception e) // as above; the usual cause is that no thread can be made
        {
            FailStart(e);
        }
    }

    private void FailStart(Exception exception)
    {
        if (_faultLog.TryEnter(out var suppressed))
            MmioLog.StartFailed(_logger, exception, _device.DeviceId, suppressed);
        _state.SignalNeedsReset();
    }

    // Checked when the queue is set up, and again when it starts: memory may have gone in between.
    private bool IsUsable(int index)
    {
        VirtQueueFault fault;
        using (var memory = _memory.Enter())
            fault = _queues[index].Config.Check(_queues[index].MaxSize, _features.Accepted, memory);
        if (fault == VirtQueueFault.None)
            return true;

        if (_guestLog.TryEnter(out var suppressed))
            MmioLog.QueueRefused(_logger, _device.DeviceId, index, fault, suppressed);
        _state.SignalNeedsReset();
        return false;
    }

    // All queues stop at once, and the wait is for all of them together.
    private void RequestReset()
    {
        _resetting = true;
        foreach (var queue in _queues)
            queue.RequestStop();

        var start = Stopwatch.GetTimestamp();
        foreach (var queue in _queues)
        {
            var left = _options.StopTimeout - Stopwatch.GetElapsedTime(start);
            queue.WaitStopped(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        if (!TryFinishReset())
            ReportStopTimedOut();
    }

    private void ReportStopTimedOut()
    {
        if (_faultLog.TryEnter(out var suppressed))
            MmioLog.StopTimedOut(_logger, _device.DeviceId, _options.StopTimeout, suppressed);
    }

    // True if no reset is under way any more. Never waits.
    private bool TryFinishReset()
    {
        if (!_resetting)
            return true;
        foreach (var queue in _queues)
        {
            if (!queue.WaitStopped(TimeSpan.Zero))
                return false;
        }

        foreach (var queue in _queues)
            queue.Reset();
        if (_activated)
            _device.Reset();
        _activated = false;
        _features.Reset();
        _queueSel = 0;
        _state.Reset();
        _resetting = false;
        return true;
    }
}
