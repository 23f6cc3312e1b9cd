using System;

namespace Xen.Virtio.Devices.I2c;

/// <summary>A bus with chips: an adapter of the host, or a simulation.</summary>
public interface II2cBus
{
    /// <summary>
    /// Carries out one transfer: the messages one after the other, with a repeated start between them and a stop at
    /// the end.
    /// Called by one thread at a time for each device; may wait for the hardware, for a bounded time. Never throws.
    /// </summary>
    /// <param name="messages">At least one message, to chips that the guest may reach.</param>
    /// <returns>
    /// How many messages went well, counted from the first. Fewer than all: the one after them failed, say since no
    /// chip
    /// acknowledged its address, and ended the transfer.
    /// </returns>
    int Transfer(ReadOnlySpan<I2cMessage> messages);
}
