using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Core;

/// <summary>What all transports save; of each queue the registers, and whether the driver has made it ready; the device's own.</summary>
internal sealed record SavedTransport(
    DeviceStatus Status, SavedFeatures Features, uint QueueSelector, uint ConfigGeneration,
    (VirtQueueConfig Config, bool Ready)[] Queues, byte[] Device);
