namespace Xen.Virtio.Spec.Block;

/// <summary>The status byte that ends a request, virtio 1.2 §5.2.6.</summary>
public enum BlockRequestStatus : byte
{
    /// <summary>VIRTIO_BLK_S_OK.</summary>
    Ok = 0,

    /// <summary>VIRTIO_BLK_S_IOERR: device or driver error.</summary>
    IoError = 1,

    /// <summary>VIRTIO_BLK_S_UNSUPP: the device does not know this request.</summary>
    Unsupported = 2,
}
