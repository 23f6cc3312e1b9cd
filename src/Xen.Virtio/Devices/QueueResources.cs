using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>What a queue runs on.</summary>
/// <param name="Config">Size and addresses, checked.</param>
/// <param name="Memory">The guest's memory.</param>
/// <param name="Host">The transport's ear.</param>
public sealed record QueueResources(VirtQueueConfig Config, IGuestMemory Memory, IQueueHost Host);
