namespace Xen.Virtio.Spec.Block;

/// <summary>Request types of a block device, virtio 1.2 §5.2.6.</summary>
public enum BlockRequestType : uint
{
    /// <summary>VIRTIO_BLK_T_IN: read sectors.</summary>
    In = 0,

    /// <summary>VIRTIO_BLK_T_OUT: write sectors.</summary>
    Out = 1,

    /// <summary>VIRTIO_BLK_T_FLUSH: make completed writes durable.</summary>
    Flush = 4,

    /// <summary>VIRTIO_BLK_T_GET_ID: read the device's name.</summary>
    GetId = 8,

    /// <summary>VIRTIO_BLK_T_DISCARD: the content of some ranges is not needed any more.</summary>
    Discard = 11,

    /// <summary>VIRTIO_BLK_T_WRITE_ZEROES: make some ranges zero.</summary>
    WriteZeroes = 13,
}
