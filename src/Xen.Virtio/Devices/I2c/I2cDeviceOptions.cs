using System;

namespace Xen.Virtio.Devices.I2c;

/// <summary>What can be chosen about an I2C adapter. The defaults are the limits of Linux's <c>I2C_RDWR</c>.</summary>
public sealed class I2cDeviceOptions
{
    /// <summary>Which chips the guest may reach.</summary>
    public I2cAddressFilter Addresses { get; init; } = I2cAddressFilter.All;

    /// <summary>Longest message in bytes, 1 to 65535. A longer one fails; none is cut short.</summary>
    public int MaxMessageLength { get; init; } = 8192;

    /// <summary>Most messages in a transfer, 1 to 63. A longer group fails as a whole, before it has begun.</summary>
    public int MaxMessages { get; init; } = 42;

    /// <summary>
    /// Most bytes in all messages of a transfer together, <see cref="MaxMessageLength"/> to 1 MiB: so much memory the
    /// device
    /// takes. The message that would be beyond it fails.
    /// </summary>
    public int MaxTransferLength { get; init; } = 1 << 16;

    /// <summary>Largest size of the request queue, in descriptors: a power of two from 4 to 32768.</summary>
    public ushort QueueSize { get; init; } = 128;

    /// <summary>
    /// How long to wait for the rest of a group, of which the driver has made the beginning available. Then the
    /// beginning is a transfer of its own. Drivers make all of a group available at once; Linux leaves the end away if
    /// the queue is full. It also bounds how long the interrupt for a group that has failed waits for that group's end.
    /// Up to 24 days, or infinite.
    /// </summary>
    public TimeSpan GroupPatience { get; init; } = TimeSpan.FromMilliseconds(50);
}
