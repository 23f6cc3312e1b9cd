using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>What the device knows of one line of the guest's. Under the lock of <see cref="GpioLines"/>.</summary>
internal struct GpioLine
{
    /// <summary>The value of a line that becomes an output later (§5.17.6.5).</summary>
    public bool OutputValue;

    /// <summary>The driver has given the line a direction.</summary>
    public bool IsClaimed;

    public GpioInterruptType Type;

    /// <summary>An edge that came while the interrupt was masked.</summary>
    public bool IsLatched;

    /// <summary>The driver's buffer is here: the interrupt is not masked.</summary>
    public bool IsUnmasked;

    /// <summary>The buffer is to be given back, with this status.</summary>
    public bool IsReturning;

    public GpioEventStatus Status;

    public readonly bool IsLevel => Type is GpioInterruptType.HighLevel or GpioInterruptType.LowLevel;
}
