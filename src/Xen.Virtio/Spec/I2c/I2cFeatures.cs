namespace Xen.Virtio.Spec.I2c;

/// <summary>Feature bits of an I2C adapter, virtio 1.3 §5.18.3.</summary>
public static class I2cFeatures
{
    /// <summary>
    /// VIRTIO_I2C_F_ZERO_LENGTH_REQUEST: requests may have no data, and say their direction by a flag. Mandatory on
    /// both sides.
    /// </summary>
    public const ulong ZeroLengthRequest = 1UL << 0;
}
