using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>What the device knows of one line of the guest's. Under the lock of <see cref="GpioLines"/>.</summary>
internal struct GpioLine
{
    /// <summary>What the driver has made of the line; none while it has not claimed it.</summary>
    public GpioDirection Direction;

    /// <summary>The value of an output, or of a line that becomes one later (§5.17.6.5).</summary>
    public bool OutputValue;

    public GpioInterruptType Type;

    /// <summary>An edge that came while the interrupt was masked.</summary>
    public bool IsLatched;

    /// <summary>The driver's buffer is here: the interrupt is not masked.</summary>
    public bool IsUnmasked;

    /// <summary>The buffer is to be given back, with this status.</summary>
    public bool IsReturning;

    public GpioEventStatus Status;

    /// <summary>The process before had the line of the host, and this one could not get it yet.</summary>
    public bool IsLost;

    public readonly bool IsLevel => Type is GpioInterruptType.HighLevel or GpioInterruptType.LowLevel;
}
