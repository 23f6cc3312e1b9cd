namespace Xen.Virtio.Spec.I2c;

/// <summary><c>status</c> of a request, virtio 1.3 §5.18.6.1.</summary>
public enum I2cRequestStatus : byte
{
    /// <summary>VIRTIO_I2C_MSG_OK.</summary>
    Ok = 0,

    /// <summary>VIRTIO_I2C_MSG_ERR.</summary>
    Error = 1,
}
