using System;
using Xen.Virtio.Devices.I2c;

namespace Xen.Virtio.Linux.I2c;

/// <summary>
/// Which SMBus transaction puts on the wire what messages say. A pair comes first: a register's number written, then
/// its content read, with a repeated start between; else the first message alone.
/// </summary>
internal static class SmbusMapping
{
    private const int Block = I2cAbi.I2C_SMBUS_BLOCK_MAX;

    /// <summary>Finds the transaction for the front of a list of messages.</summary>
    /// <param name="messages">What is left to do; at least one.</param>
    /// <param name="functions">What the adapter has: <c>I2C_FUNC_*</c>.</param>
    /// <param name="transaction">What to do.</param>
    /// <returns>Null; or what cannot be done.</returns>
    public static SmbusShape? TryMap(
        ReadOnlySpan<I2cMessage> messages, ulong functions, out SmbusTransaction transaction)
    {
        transaction = default;
        var first = messages[0];
        if (first.Address.IsTenBit)
            return SmbusShape.TenBit;
        if (messages.Length > 1 && IsPair(first, messages[1])
            && TryPair(first.Data.Length, messages[1].Data.Length, functions, out transaction))
            return null;
        return first.IsRead ? TryRead(first.Data.Length, functions, out transaction)
            : TryWrite(first.Data.Span, functions, out transaction);
    }

    private static bool IsPair(I2cMessage first, I2cMessage second) =>
        !first.IsRead && second.IsRead && first.Address == second.Address;

    private static bool TryPair(int written, int read, ulong functions, out SmbusTransaction transaction)
    {
        uint? size = (written, read) switch
        {
            (1, 1) when Has(functions, I2cAbi.I2C_FUNC_SMBUS_READ_BYTE_DATA) => I2cAbi.I2C_SMBUS_BYTE_DATA,
            (1, 2) when Has(functions, I2cAbi.I2C_FUNC_SMBUS_READ_WORD_DATA) => I2cAbi.I2C_SMBUS_WORD_DATA,
            (1, >= 1 and <= Block) when Has(functions, I2cAbi.I2C_FUNC_SMBUS_READ_I2C_BLOCK) =>
                I2cAbi.I2C_SMBUS_I2C_BLOCK_DATA,
            (3, 2) when Has(functions, I2cAbi.I2C_FUNC_SMBUS_PROC_CALL) => I2cAbi.I2C_SMBUS_PROC_CALL,
            _ => null,
        };

        // For a process call, Linux is told the direction of its beginning.
        transaction = new SmbusTransaction(size ?? 0, IsRead: written == 1, Messages: 2);
        return size is not null;
    }

    private static SmbusShape? TryRead(int length, ulong functions, out SmbusTransaction transaction)
    {
        transaction = new SmbusTransaction(
            length == 0 ? I2cAbi.I2C_SMBUS_QUICK : I2cAbi.I2C_SMBUS_BYTE, IsRead: true, Messages: 1);
        return length switch
        {
            0 => Unless(Has(functions, I2cAbi.I2C_FUNC_SMBUS_QUICK), SmbusShape.Probe),
            1 => Unless(Has(functions, I2cAbi.I2C_FUNC_SMBUS_READ_BYTE), SmbusShape.ReadOne),
            _ => SmbusShape.ReadWithoutRegister,
        };
    }

    private static SmbusShape? TryWrite(ReadOnlySpan<byte> data, ulong functions, out SmbusTransaction transaction)
    {
        uint? size = data.Length switch
        {
            0 when Has(functions, I2cAbi.I2C_FUNC_SMBUS_QUICK) => I2cAbi.I2C_SMBUS_QUICK,
            1 when Has(functions, I2cAbi.I2C_FUNC_SMBUS_WRITE_BYTE) => I2cAbi.I2C_SMBUS_BYTE,
            2 when Has(functions, I2cAbi.I2C_FUNC_SMBUS_WRITE_BYTE_DATA) => I2cAbi.I2C_SMBUS_BYTE_DATA,
            3 when Has(functions, I2cAbi.I2C_FUNC_SMBUS_WRITE_WORD_DATA) => I2cAbi.I2C_SMBUS_WORD_DATA,
            >= 2 and <= Block + 1 when Has(functions, I2cAbi.I2C_FUNC_SMBUS_WRITE_I2C_BLOCK) =>
                I2cAbi.I2C_SMBUS_I2C_BLOCK_DATA,
            >= 3 and <= Block + 2 when data[1] == data.Length - 2
                && Has(functions, I2cAbi.I2C_FUNC_SMBUS_WRITE_BLOCK_DATA) => I2cAbi.I2C_SMBUS_BLOCK_DATA,
            _ => null,
        };
        transaction = new SmbusTransaction(size ?? 0, IsRead: false, Messages: 1);
        return size is not null ? null : data.Length switch
        {
            0 => SmbusShape.Probe,
            1 => SmbusShape.WriteOne,
            2 => SmbusShape.WriteTwo,
            3 => SmbusShape.WriteThree,
            <= Block + 1 => SmbusShape.WriteBlock,
            _ => SmbusShape.WriteLong,
        };
    }

    private static bool Has(ulong functions, ulong function) => (functions & function) != 0;

    private static SmbusShape? Unless(bool isThere, SmbusShape shape) => isThere ? null : shape;
}
