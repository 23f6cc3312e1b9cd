using System.Collections.Generic;
using Xen.Virtio.Devices;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Mmio;

/// <content>The register file: what each register reads and what writing it does.</content>
public sealed partial class VirtioMmioTransport
{
    private uint ReadRegister(MmioRegister register)
    {
        // The register of the hot path does without the register lock.
        if (register == MmioRegister.InterruptStatus)
            return (uint)_interrupts.Causes;

        lock (_core.Gate)
        {
            return register switch
            {
                MmioRegister.MagicValue => MmioLayout.Magic,
                MmioRegister.Version => MmioLayout.Version,
                MmioRegister.DeviceId => (uint)_core.Device.DeviceId,
                MmioRegister.VendorId => VendorId,
                MmioRegister.DeviceFeatures => _core.Features.ReadOffered(),
                MmioRegister.QueueSizeMax => _core.SelectedQueue?.MaxSize ?? 0u,
                MmioRegister.QueueReady => _core.ReadQueueReady() ? 1u : 0u,
                MmioRegister.Status => (uint)_core.ReadStatus(),
                MmioRegister.ConfigGeneration => _core.ConfigGeneration,

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
            _core.Ring(value);
            return;
        }

        if (register == MmioRegister.InterruptAck)
        {
            _interrupts.Acknowledge((InterruptCauses)value);
            return;
        }

        IReadOnlyList<IRunningQueue> stopping = [];
        lock (_core.Gate)
        {
            if (!_core.AcceptsWrite(toStatus: register == MmioRegister.Status))
                return;

            switch (register)
            {
                case MmioRegister.DeviceFeaturesSel:
                    _core.Features.OfferedSelector = value;
                    break;
                case MmioRegister.DriverFeaturesSel:
                    _core.Features.AcceptedSelector = value;
                    break;
                case MmioRegister.DriverFeatures:
                    _core.WriteFeatures(value);
                    break;
                case MmioRegister.QueueSel:
                    _core.QueueSelector = value;
                    break;
                case MmioRegister.QueueReady when value == 0:
                    stopping = _core.TakeQueueBack();
                    break;
                case MmioRegister.QueueReady:
                    _core.MakeQueueReady();
                    break;
                case MmioRegister.Status:
                    stopping = _core.WriteStatus((DeviceStatus)value);
                    break;
                default:
                    WriteQueueLayout(register, value);
                    break;
            }
        }

        _core.AwaitStop(stopping);
        _core.RaiseStateChanged();
    }

    // Fixed while the queue is ready (§4.2.3.2).
    private void WriteQueueLayout(MmioRegister register, uint value)
    {
        if (_core.SelectedQueue is not { ReadsReady: false } queue)
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
