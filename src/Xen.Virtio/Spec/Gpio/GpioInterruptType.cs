namespace Xen.Virtio.Spec.Gpio;

/// <summary>When a line interrupts, virtio 1.3 §5.17.6.</summary>
public enum GpioInterruptType : byte
{
    /// <summary>VIRTIO_GPIO_IRQ_TYPE_NONE: never.</summary>
    None = 0,

    /// <summary>VIRTIO_GPIO_IRQ_TYPE_EDGE_RISING.</summary>
    RisingEdge = 1,

    /// <summary>VIRTIO_GPIO_IRQ_TYPE_EDGE_FALLING.</summary>
    FallingEdge = 2,

    /// <summary>VIRTIO_GPIO_IRQ_TYPE_EDGE_BOTH.</summary>
    BothEdges = 3,

    /// <summary>VIRTIO_GPIO_IRQ_TYPE_LEVEL_HIGH.</summary>
    HighLevel = 4,

    /// <summary>VIRTIO_GPIO_IRQ_TYPE_LEVEL_LOW.</summary>
    LowLevel = 8,
}
