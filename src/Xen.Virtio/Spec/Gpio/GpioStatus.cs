namespace Xen.Virtio.Spec.Gpio;

/// <summary><c>status</c> of a response, virtio 1.3 §5.17.6.</summary>
public enum GpioStatus : byte
{
    /// <summary>VIRTIO_GPIO_STATUS_OK.</summary>
    Ok = 0,

    /// <summary>VIRTIO_GPIO_STATUS_ERR.</summary>
    Error = 1,
}
