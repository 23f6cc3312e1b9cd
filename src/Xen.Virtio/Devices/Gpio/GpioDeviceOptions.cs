using System.Collections.Generic;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>What can be chosen about a GPIO device.</summary>
public sealed class GpioDeviceOptions
{
    /// <summary>
    /// The lines of the bank that the guest gets, in its order: the first is its line 0. Null: all, with the bank's
    /// numbers. The guest sees nothing of the others.
    /// </summary>
    public IReadOnlyList<int>? Lines { get; init; }

    /// <summary>Whether lines can interrupt.</summary>
    public bool Interrupts { get; init; } = true;

    /// <summary>
    /// Largest size of each queue, in descriptors: a power of two from 4 to 32768. The event queue has place for half
    /// as many lines, or for as many with indirect descriptors.
    /// </summary>
    public ushort QueueSize { get; init; } = 256;

    /// <summary>
    /// Where lines and buffers are kept so that a driver does not notice that the process was replaced: at least
    /// <see cref="GpioDevice.NoteCount"/> words. Null: the driver has to start anew then.
    /// </summary>
    public IDeviceNotes? Notes { get; init; }
}
