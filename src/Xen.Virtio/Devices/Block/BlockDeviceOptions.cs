namespace Xen.Virtio.Devices.Block;

/// <summary>What can be chosen about a block device.</summary>
public sealed class BlockDeviceOptions
{
    /// <summary>
    /// What the guest reads as the disk's serial number; at most 20 bytes of UTF-8 are used. In Linux:
    /// <c>/sys/block/vda/serial</c>.
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>Offers the disk read-only even if the back end could be written.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Largest size of a request queue, in descriptors: a power of two from 4 to 32768.</summary>
    public ushort QueueSize { get; init; } = 256;

    /// <summary>
    /// How many request queues: 1 to 256. Each is served by a thread of its own; a guest uses at most one for each of its
    /// vCPUs.
    /// </summary>
    public int QueueCount { get; init; } = 1;

    /// <summary>
    /// How many requests of one queue may be under way at once: 1 to 256. Of no effect if the back end does not gain by it
    /// (<see cref="Storage.IConcurrentBlockBackend"/>): then it is one at a time.
    /// </summary>
    public int Depth { get; init; } = 32;

    /// <summary>
    /// Offers discard, if the back end can. Without it, the image keeps the space that it has: zeros do not free any
    /// either.
    /// </summary>
    public bool Discard { get; init; } = true;

    /// <summary>
    /// How the cache is after a reset: true if completed writes are durable after a flush only, false if each write is
    /// made durable before it completes. The driver can switch.
    /// </summary>
    public bool Writeback { get; init; } = true;
}
