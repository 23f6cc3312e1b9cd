using System;
using System.Collections.Generic;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Devices;

/// <summary>
/// A virtio device without its transport: the same object is served over MMIO, over PCI or through a socket.
/// </summary>
/// <remarks>
/// The transport keeps the order: <see cref="Activate"/>, then any number of <see cref="StartQueue"/>, then every
/// running queue is stopped, then <see cref="Reset"/>; and so on from the start. It calls these one at a time.
/// Configuration reads may come at any time. What else a device can do shows as optional interfaces, such as
/// <see cref="IConfigChangeSource"/>.
/// </remarks>
public interface IVirtioDevice
{
    /// <summary>The device type.</summary>
    VirtioDeviceId DeviceId { get; }

    /// <summary>
    /// Features of the device type that are offered. Those of the transport and of the queues
    /// (<see cref="VirtioFeatures"/>) are added by those who implement them.
    /// </summary>
    ulong Features { get; }

    /// <summary>
    /// Those of <see cref="Features"/> without which the device refuses to work: a driver that does not accept them does not
    /// get FEATURES_OK.
    /// </summary>
    ulong RequiredFeatures => 0;

    /// <summary>Features of queues that the device cannot bear: they are not offered. See <see cref="VirtQueueFeatures"/>.</summary>
    ulong ExcludedQueueFeatures => 0;

    /// <summary>One entry for each queue: its largest size in descriptors, a power of two.</summary>
    IReadOnlyList<ushort> QueueMaxSizes { get; }

    /// <summary>Reads the device's configuration space.</summary>
    /// <param name="offset">Offset in bytes from its start. Any value: it comes from the guest.</param>
    /// <param name="data">Filled on success.</param>
    /// <returns>False if any byte is beyond the configuration space.</returns>
    bool TryReadConfig(uint offset, Span<byte> data);

    /// <summary>Writes the device's configuration space. At any time, as reads.</summary>
    /// <param name="offset">Offset in bytes from its start. Any value: it comes from the guest.</param>
    /// <param name="data">What to write.</param>
    /// <returns>False if nothing there can be written so; nothing has changed then.</returns>
    bool TryWriteConfig(uint offset, ReadOnlySpan<byte> data) => false;

    /// <summary>The driver is ready (DRIVER_OK).</summary>
    /// <param name="features">The negotiated features.</param>
    void Activate(ulong features);

    /// <summary>Starts to serve one queue. The queue is not running already.</summary>
    /// <param name="index">Which queue, within <see cref="QueueMaxSizes"/>.</param>
    /// <param name="resources">What it runs on; addresses and size have been checked.</param>
    IRunningQueue StartQueue(int index, QueueResources resources);

    /// <summary>Back to the state after power-on. No queue is running.</summary>
    void Reset();
}
