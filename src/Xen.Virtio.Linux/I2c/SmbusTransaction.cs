namespace Xen.Virtio.Linux.I2c;

/// <summary>What one <c>I2C_SMBUS</c> call does for the first message, or first two messages, of what is left.</summary>
/// <param name="Size">Type of the transaction: an <c>I2C_SMBUS_*</c> number.</param>
/// <param name="IsRead">The direction that the kernel is told.</param>
/// <param name="Messages">How many messages it does: 1 or 2.</param>
internal readonly record struct SmbusTransaction(uint Size, bool IsRead, int Messages)
{
    /// <summary>Where the data begins in <c>union i2c_smbus_data</c>; before it is a length, if anything.</summary>
    /// <remarks>In an SMBus block the guest sends the length itself: it is the first of the data.</remarks>
    public int DataOffset => Size == I2cAbi.I2C_SMBUS_I2C_BLOCK_DATA ? 1 : 0;

    /// <summary>Whether the kernel takes no data for it.</summary>
    public bool HasNoData => Size == I2cAbi.I2C_SMBUS_QUICK || (Size == I2cAbi.I2C_SMBUS_BYTE && !IsRead);
}
