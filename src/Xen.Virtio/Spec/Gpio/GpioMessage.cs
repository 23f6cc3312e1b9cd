namespace Xen.Virtio.Spec.Gpio;

/// <summary><c>type</c> of a request, virtio 1.3 §5.17.6.</summary>
public enum GpioMessage : ushort
{
    /// <summary>VIRTIO_GPIO_MSG_GET_LINE_NAMES.</summary>
    GetNames = 1,

    /// <summary>VIRTIO_GPIO_MSG_GET_DIRECTION.</summary>
    GetDirection = 2,

    /// <summary>VIRTIO_GPIO_MSG_SET_DIRECTION.</summary>
    SetDirection = 3,

    /// <summary>VIRTIO_GPIO_MSG_GET_VALUE.</summary>
    GetValue = 4,

    /// <summary>VIRTIO_GPIO_MSG_SET_VALUE.</summary>
    SetValue = 5,

    /// <summary>VIRTIO_GPIO_MSG_SET_IRQ_TYPE.</summary>
    SetInterruptType = 6,
}
