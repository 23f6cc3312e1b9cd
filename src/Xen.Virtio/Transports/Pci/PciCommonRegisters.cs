using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Spec;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Transports.Pci;

/// <summary>The registers of §4.1.4.3: what each reads and what writing it does.</summary>
internal sealed class PciCommonRegisters(TransportCore core, PciInterrupts interrupts)
{
    public IoResult Read(ulong offset, Span<byte> data)
    {
        // A register of 64 bits is two of 32, here.
        if (data.Length != sizeof(ulong))
            return PciRegisters.Map.Read(offset, data, this, static (self, register) => self.Read(register));

        var low = Read(offset, data[..sizeof(uint)]);
        return low == IoResult.Ok && offset % sizeof(ulong) == 0
            ? Read(offset + sizeof(uint), data[sizeof(uint)..])
            : IoResult.InvalidAccessSize;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        if (data.Length != sizeof(ulong))
        {
            return PciRegisters.Map.Write(offset, data, this, static (self, register, value) =>
                self.Write(register, (uint)value));
        }

        if (offset % sizeof(ulong) != 0 || offset < (ulong)VirtioPciRegister.QueueDescLow)
            return IoResult.InvalidAccessSize;

        var low = Write(offset, data[..sizeof(uint)]);
        return low == IoResult.Ok ? Write(offset + sizeof(uint), data[sizeof(uint)..]) : low;
    }

    private uint Read(VirtioPciRegister register)
    {
        lock (core.Gate)
        {
            return register switch
            {
                VirtioPciRegister.DeviceFeatureSelect => core.Features.OfferedSelector,
                VirtioPciRegister.DeviceFeature => core.Features.ReadOffered(),
                VirtioPciRegister.DriverFeatureSelect => core.Features.AcceptedSelector,
                VirtioPciRegister.DriverFeature => core.Features.ReadAccepted(),
                VirtioPciRegister.ConfigVector => interrupts.ConfigVector,
                VirtioPciRegister.QueueCount => (uint)core.Queues.Length,
                VirtioPciRegister.DeviceStatus => (uint)core.ReadStatus(),
                VirtioPciRegister.ConfigGeneration => core.ConfigGeneration & byte.MaxValue,
                VirtioPciRegister.QueueSelect => core.QueueSelector,
                _ => ReadQueue(register),
            };
        }
    }

    private uint ReadQueue(VirtioPciRegister register)
    {
        if (core.SelectedQueue is not { } queue)
            return register == VirtioPciRegister.QueueVector ? VirtioPciLayout.NoVector : 0u;

        var config = queue.Config;
        return register switch
        {
            VirtioPciRegister.QueueSize => config.Size,
            VirtioPciRegister.QueueVector => interrupts.GetQueueVector(core.QueueSelector),
            VirtioPciRegister.QueueEnable => core.ReadQueueReady() ? 1u : 0u,
            VirtioPciRegister.QueueNotifyOffset => core.QueueSelector,
            VirtioPciRegister.QueueDescLow => (uint)config.DescriptorTable,
            VirtioPciRegister.QueueDescHigh => (uint)(config.DescriptorTable >> 32),
            VirtioPciRegister.QueueDriverLow => (uint)config.AvailableRing,
            VirtioPciRegister.QueueDriverHigh => (uint)(config.AvailableRing >> 32),
            VirtioPciRegister.QueueDeviceLow => (uint)config.UsedRing,
            _ => (uint)(config.UsedRing >> 32),
        };
    }

    private void Write(VirtioPciRegister register, uint value)
    {
        IReadOnlyList<IRunningQueue> stopping = [];
        lock (core.Gate)
        {
            if (!core.AcceptsWrite(toStatus: register == VirtioPciRegister.DeviceStatus))
                return;

            switch (register)
            {
                case VirtioPciRegister.DeviceFeatureSelect:
                    core.Features.OfferedSelector = value;
                    break;
                case VirtioPciRegister.DriverFeatureSelect:
                    core.Features.AcceptedSelector = value;
                    break;
                case VirtioPciRegister.DriverFeature:
                    core.WriteFeatures(value);
                    break;
                case VirtioPciRegister.ConfigVector:
                    interrupts.ConfigVector = (ushort)value;
                    break;
                case VirtioPciRegister.DeviceStatus:
                    stopping = core.WriteStatus((DeviceStatus)value);
                    break;
                case VirtioPciRegister.QueueSelect:
                    core.QueueSelector = value;
                    break;
                default:
                    if (core.SelectedQueue is { } queue)
                        WriteQueue(register, queue, value);
                    break;
            }
        }

        core.AwaitStop(stopping);
        core.RaiseStateChanged();
    }

    private void WriteQueue(VirtioPciRegister register, TransportQueue queue, uint value)
    {
        switch (register)
        {
            case VirtioPciRegister.QueueVector:
                interrupts.SetQueueVector(core.QueueSelector, (ushort)value);
                break;
            case VirtioPciRegister.QueueEnable:
                // A queue goes by reset of the device only (§4.1.4.3.2).
                if (value == 1)
                    core.MakeQueueReady();
                break;
            default:
                if (!queue.ReadsReady)
                    WriteQueueLayout(register, queue, value);
                break;
        }
    }

    private static void WriteQueueLayout(VirtioPciRegister register, TransportQueue queue, uint value)
    {
        switch (register)
        {
            case VirtioPciRegister.QueueSize:
                queue.SetSize(value);
                break;
            case VirtioPciRegister.QueueDescLow or VirtioPciRegister.QueueDescHigh:
                queue.SetDescriptorTable(value, register == VirtioPciRegister.QueueDescHigh);
                break;
            case VirtioPciRegister.QueueDriverLow or VirtioPciRegister.QueueDriverHigh:
                queue.SetAvailableRing(value, register == VirtioPciRegister.QueueDriverHigh);
                break;
            case VirtioPciRegister.QueueDeviceLow or VirtioPciRegister.QueueDeviceHigh:
                queue.SetUsedRing(value, register == VirtioPciRegister.QueueDeviceHigh);
                break;
        }
    }
}
