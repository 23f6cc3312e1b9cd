using System;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>Changes of a line that a bank reports.</summary>
[Flags]
public enum GpioEdges
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>From low to high.</summary>
    Rising = 1,

    /// <summary>From high to low.</summary>
    Falling = 2,

    /// <summary>Both.</summary>
    Both = Rising | Falling,
}
