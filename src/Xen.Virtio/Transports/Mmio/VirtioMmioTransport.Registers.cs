using Xen.Virtio.Devices;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Mmio;

/// <content>The register file: what each register reads and what writing it does.</content>
public sealed partial class VirtioMmioTransport
{
    private MmioQueue? SelectedQueue => _queueSel < (uint)_queues.Length ? _queues[_queueSel] : null;

    private uint ReadRegister(MmioRegister register)
    {
        lock (_registers)
        {
            return register switch
            {
                MmioRegister.MagicValue => MmioLayout.Magic,
                MmioRegister.Version => MmioLayout.Version,
                MmioRegister.DeviceId => (uint)_device.DeviceId,
                MmioRegister.VendorId => VendorId,
                MmioRegister.DeviceFeatures => _features.ReadOffered(),
                MmioRegister.QueueSizeMax => SelectedQueue?.MaxSize ?? 0u,
                MmioRegister.QueueReady => ReadQueueReady(),
                MmioRegister.InterruptStatus => (uint)_state.Causes,
                MmioRegister.Status => (uint)ReadStatus(),
                MmioRegister.ConfigGeneration => (_device as IConfigChangeSource)?.ConfigGeneration ?? 0,

                // The only registers left to read: there is no shared memory region (§4.2.2, SHMLenLow).
                _ => uint.MaxValue,
            };
        }
    }

    private void WriteRegister(MmioRegister register, uint value)
    {
        // The two registers of the hot path do without the register lock.
        if (register == MmioRegister.QueueNotify)
        {
            if (value < (uint)_queues.Length)
                _queues[value].Ring();
            return;
        }

        if (register == MmioRegister.InterruptAck)
        {
            _state.Acknowledge((InterruptCauses)value);
            return;
        }

        lock (_registers)
        {
            if (_disposed || (!TryFinishReset() && register != MmioRegister.Status))
                return;

            switch (register)
            {
                case MmioRegister.DeviceFeaturesSel:
                    _features.OfferedSelector = value;
                    break;
                case MmioRegister.DriverFeaturesSel:
                    _features.AcceptedSelector = value;
                    break;
                case MmioRegister.DriverFeatures:
                    if ((_state.Status & DeviceStatus.FeaturesOk) == 0)
                        _features.WriteAccepted(value);
                    break;
                case MmioRegister.QueueSel:
                    _queueSel = value;
                    break;
                case MmioRegister.QueueReady:
                    WriteQueueReady(value);
                    break;
                case MmioRegister.Status:
                    WriteStatus((DeviceStatus)value);
                    break;
                default:
                    WriteQueueLayout(register, value);
                    break;
            }
        }
    }

    private uint ReadQueueReady()
    {
        if (SelectedQueue is not { } queue)
            return 0;
        if (!queue.Ready)
            queue.WaitStopped(default);
        return queue.ReadsReady ? 1u : 0u;
    }

    // Fixed while the queue is ready (§4.2.3.2).
    private void WriteQueueLayout(MmioRegister register, uint value)
    {
        if (SelectedQueue is not { ReadsReady: false } queue)
            return;

        switch (register)
        {
            case MmioRegister.QueueSize:
                queue.SetSize(value);
                break;
            case MmioRegister.QueueDescLow or MmioRegister.QueueDescHigh:
                queue.SetDescriptorTable(value, register == MmioRegister.QueueDescHigh);
                break;
            case MmioRegister.QueueDriverLow or MmioRegister.QueueDriverHigh:
                queue.SetAvailableRing(value, register == MmioRegister.QueueDriverHigh);
                break;
            case MmioRegister.QueueDeviceLow or MmioRegister.QueueDeviceHigh:
                queue.SetUsedRing(value, register == MmioRegister.QueueDeviceHigh);
                break;
        }
    }
}
