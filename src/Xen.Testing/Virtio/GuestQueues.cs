using Xen.Testing.Memory;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>Makes the driver's side of queues.</summary>
public static class GuestQueues
{
    /// <summary>Lays a queue out in guest memory as the negotiated features say.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="allocator">Where to take the memory of the queue from.</param>
    /// <param name="size">Number of descriptors; a power of two unless the queue is packed.</param>
    /// <param name="features">The negotiated features.</param>
    public static IGuestQueue Create(
        PlainGuestMemory memory, GuestAllocator allocator, ushort size, ulong features) =>
        (features & VirtioFeatures.RingPacked) != 0
            ? new GuestPackedQueue(memory, allocator, size, features)
            : new GuestQueue(memory, allocator, size, features);
}
