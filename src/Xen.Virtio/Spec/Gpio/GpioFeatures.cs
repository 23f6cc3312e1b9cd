namespace Xen.Virtio.Spec.Gpio;

/// <summary>Feature bits of a GPIO device, virtio 1.3 §5.17.3.</summary>
public static class GpioFeatures
{
    /// <summary>VIRTIO_GPIO_F_IRQ: lines can interrupt, and there is an event queue.</summary>
    public const ulong Interrupts = 1UL << 0;
}
