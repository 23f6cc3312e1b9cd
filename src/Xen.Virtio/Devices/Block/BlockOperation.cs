namespace Xen.Virtio.Devices.Block;

/// <summary>What a block device counts apart from each other.</summary>
public enum BlockOperation
{
    /// <summary>IN requests.</summary>
    Read,

    /// <summary>OUT requests.</summary>
    Write,

    /// <summary>FLUSH requests.</summary>
    Flush,

    /// <summary>DISCARD requests.</summary>
    Discard,

    /// <summary>WRITE_ZEROES requests.</summary>
    WriteZeroes,

    /// <summary>GET_ID requests.</summary>
    GetId,

    /// <summary>Requests of a type that the device does not know.</summary>
    Other,
}
