using Xen.Machine;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Core;

/// <content>Saving and restoring. All under the register lock.</content>
internal sealed partial class TransportCore
{
    /// <summary>Saves what the guest has set. A reset that is under way is saved as done: its I/O ends with the process.</summary>
    public void Save(StateWriter writer)
    {
        var isReset = !TryFinishReset();
        var features = isReset ? default : Features.Save();
        writer.Write((uint)Device.DeviceId);
        writer.Write((byte)(isReset ? DeviceStatus.None : State.Status));
        writer.Write(features.Accepted);
        writer.Write(features.AcceptedUnknown);
        writer.Write(features.OfferedSelector);
        writer.Write(features.AcceptedSelector);
        writer.Write(isReset ? 0 : QueueSelector);
        writer.Write(ConfigGeneration);
        writer.Write((ushort)Queues.Length);
        foreach (var queue in Queues)
        {
            var config = isReset ? new VirtQueueConfig(queue.MaxSize, 0, 0, 0) : queue.Config;
            writer.Write(config.Size);
            writer.Write(config.DescriptorTable);
            writer.Write(config.AvailableRing);
            writer.Write(config.UsedRing);
            writer.Write(queue.Ready);
        }

        var device = (Device as ISavedState)?.SaveState() ?? [];
        writer.Write((ushort)device.Length);
        writer.Write(device);
    }

    /// <summary>Reads and checks what <see cref="Save"/> wrote; changes nothing.</summary>
    /// <returns>False if this device cannot have been in that state, or is in use already.</returns>
    public bool TryRead(ref StateReader reader, out SavedTransport saved)
    {
        var isThisDevice = reader.ReadUInt32() == (uint)Device.DeviceId;
        var status = (DeviceStatus)reader.ReadByte();
        var features = new SavedFeatures(
            reader.ReadUInt64(), reader.ReadBool(), reader.ReadUInt32(), reader.ReadUInt32());
        var selector = reader.ReadUInt32();
        var generation = reader.ReadUInt32();
        isThisDevice &= reader.ReadUInt16() == Queues.Length;
        var queues = new (VirtQueueConfig Config, bool Ready)[Queues.Length];
        for (var i = 0; i < queues.Length; i++)
        {
            var config = new VirtQueueConfig(
                reader.ReadUInt16(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
            queues[i] = (config, reader.ReadBool());
        }

        var device = new byte[reader.ReadUInt16()];
        reader.Read(device);
        saved = new SavedTransport(status, features, selector, generation, queues, device);
        return isThisDevice && !_disposed && !_resetting && State.Status == DeviceStatus.None && IsPossible(saved);
    }

    /// <summary>Takes over the device's own part, before everything else.</summary>
    /// <returns>False if the device does not take it; nothing has changed then.</returns>
    public bool TryRestoreDevice(SavedTransport saved)
    {
        // A device that is reset is as after power-on.
        if (saved.Status == DeviceStatus.None)
            return true;
        return Device is ISavedState device ? device.TryRestoreState(saved.Device) : saved.Device.Length == 0;
    }

    /// <summary>Takes over what has been checked, starts the queues and interrupts the driver.</summary>
    public void Restore(SavedTransport saved)
    {
        QueueSelector = saved.QueueSelector;
        Features.Restore(saved.Features);
        for (var i = 0; i < Queues.Length; i++)
            Queues[i].Restore(saved.Queues[i].Config, saved.Queues[i].Ready);

        // One more than the driver can have read: the configuration may have changed while no one was here.
        _generationBase += saved.ConfigGeneration + 1 - ConfigGeneration;
        State.Restore(saved.Status & ~DeviceStatus.DriverOk);
        if ((saved.Status & DeviceStatus.DriverOk) == 0)
            return;

        StartDevice();
        RaiseAll();
    }

    // Of all that the driver may have missed. More than that does no harm.
    private void RaiseAll()
    {
        State.SignalConfigChange();
        for (var i = 0; i < Queues.Length; i++)
        {
            if (Queues[i].Ready)
                State.SignalUsed(i);
        }
    }

    // That memory is not where the queue was is found, and told to the driver, when the queue starts.
    private bool IsPossible(SavedTransport saved)
    {
        if ((saved.Status & ~(DriverBits | DeviceStatus.NeedsReset)) != 0)
            return false;

        var agreed = (saved.Status & DeviceStatus.FeaturesOk) != 0;
        if (agreed
            ? !Features.IsAgreeable(saved.Features.Accepted, saved.Features.AcceptedUnknown)
            : (saved.Status & DeviceStatus.DriverOk) != 0)
            return false;

        for (var i = 0; i < Queues.Length; i++)
        {
            var (config, ready) = saved.Queues[i];
            if (ready && Check(config, Queues[i].MaxSize, saved.Features.Accepted)
                is not (VirtQueueFault.None or VirtQueueFault.OutsideMemory))
                return false;
        }

        return true;
    }
}
