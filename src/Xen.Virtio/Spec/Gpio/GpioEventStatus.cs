namespace Xen.Virtio.Spec.Gpio;

/// <summary><c>status</c> of a buffer of the event queue, virtio 1.3 §5.17.7.</summary>
public enum GpioEventStatus : byte
{
    /// <summary>VIRTIO_GPIO_IRQ_STATUS_INVALID: given back unused.</summary>
    Invalid = 0,

    /// <summary>VIRTIO_GPIO_IRQ_STATUS_VALID: the line interrupts.</summary>
    Valid = 1,
}
