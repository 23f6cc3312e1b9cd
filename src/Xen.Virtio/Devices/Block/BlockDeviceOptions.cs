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

    /// <summary>Largest size of the request queue, in descriptors: a power of two from 4 to 32768.</summary>
    public ushort QueueSize { get; init; } = 256;
}
