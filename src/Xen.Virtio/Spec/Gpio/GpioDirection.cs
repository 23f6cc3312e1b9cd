namespace Xen.Virtio.Spec.Gpio;

/// <summary>Direction of a line, virtio 1.3 §5.17.6.</summary>
public enum GpioDirection : byte
{
    /// <summary>VIRTIO_GPIO_DIRECTION_NONE: not in use.</summary>
    None = 0,

    /// <summary>VIRTIO_GPIO_DIRECTION_OUT.</summary>
    Output = 1,

    /// <summary>VIRTIO_GPIO_DIRECTION_IN.</summary>
    Input = 2,
}
