using System.Globalization;
using System.Linq;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Linux.I2c;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>Which SMBus transaction stands for which messages. "w1 r2" at 0x50; capitals at 0x51.</summary>
public sealed class SmbusMappingTests
{
    private const ulong All = SimulatedI2cKernel.AllSmbus;

    [Theory]
    [InlineData("w0", I2cAbi.I2C_FUNC_SMBUS_QUICK, "quick w 1")]
    [InlineData("r0", I2cAbi.I2C_FUNC_SMBUS_QUICK, "quick r 1")]
    [InlineData("w1", I2cAbi.I2C_FUNC_SMBUS_WRITE_BYTE, "byte w 1")]
    [InlineData("r1", I2cAbi.I2C_FUNC_SMBUS_READ_BYTE, "byte r 1")]
    [InlineData("w2", I2cAbi.I2C_FUNC_SMBUS_WRITE_BYTE_DATA, "byte-data w 1")]
    [InlineData("w3", I2cAbi.I2C_FUNC_SMBUS_WRITE_WORD_DATA, "word-data w 1")]
    [InlineData("w4", I2cAbi.I2C_FUNC_SMBUS_WRITE_I2C_BLOCK, "i2c-block w 1")]
    [InlineData("w33", I2cAbi.I2C_FUNC_SMBUS_WRITE_I2C_BLOCK, "i2c-block w 1")]
    [InlineData("w1 r1", I2cAbi.I2C_FUNC_SMBUS_READ_BYTE_DATA, "byte-data r 2")]
    [InlineData("w1 r2", I2cAbi.I2C_FUNC_SMBUS_READ_WORD_DATA, "word-data r 2")]
    [InlineData("w1 r3", I2cAbi.I2C_FUNC_SMBUS_READ_I2C_BLOCK, "i2c-block r 2")]
    [InlineData("w1 r32", I2cAbi.I2C_FUNC_SMBUS_READ_I2C_BLOCK, "i2c-block r 2")]
    [InlineData("w3 r2", I2cAbi.I2C_FUNC_SMBUS_PROC_CALL, "process-call w 2")]
    public void Shape_needs_one_function(string messages, ulong function, string transaction)
    {
        Assert.Equal(transaction, Map(messages, function));
        Assert.Equal(transaction, Map(messages, All));
        Assert.Equal("none", Map(messages, 0));
    }

    [Theory]
    [InlineData("w2", "i2c-block w 1")]
    [InlineData("w3", "i2c-block w 1")]
    [InlineData("w1 r1", "i2c-block r 2")]
    [InlineData("w1 r2", "i2c-block r 2")]
    public void Block_stands_in_for_bytes_and_words(string messages, string transaction) =>
        Assert.Equal(
            transaction,
            Map(messages, I2cAbi.I2C_FUNC_SMBUS_READ_I2C_BLOCK | I2cAbi.I2C_FUNC_SMBUS_WRITE_I2C_BLOCK));

    [Theory]
    [InlineData("w3:0001", "block w 1")]
    [InlineData("w34:0020", "block w 1")]
    [InlineData("w34:0021", "none")]
    [InlineData("w35:0021", "none")]
    [InlineData("w2:0000", "none")]
    public void Data_that_begin_with_their_length_are_an_SMBus_block(string messages, string transaction) =>
        Assert.Equal(transaction, Map(messages, I2cAbi.I2C_FUNC_SMBUS_WRITE_BLOCK_DATA));

    [Theory]
    [InlineData("w35")]
    [InlineData("r2")]
    [InlineData("r32")]
    public void Shape_that_SMBus_does_not_have_is_refused(string messages) =>
        Assert.Equal("none", Map(messages, All));

    [Theory]
    [InlineData("w1 R1", "byte w 1")]
    [InlineData("w1 w1", "byte w 1")]
    [InlineData("r1 r1", "byte r 1")]
    [InlineData("w1 r0", "byte w 1")]
    [InlineData("w1 r33", "byte w 1")]
    [InlineData("w2 r1", "byte-data w 1")]
    [InlineData("w3 r1", "word-data w 1")]
    public void What_is_no_pair_goes_one_by_one(string messages, string transaction) =>
        Assert.Equal(transaction, Map(messages, All));

    [Fact]
    public void Address_of_ten_bits_is_refused() =>
        Assert.Equal(SmbusShape.TenBit, SmbusMapping.TryMap([I2cMessages.WriteTen(0x50, 1)], All, out _));

    private static string Map(string text, ulong functions)
    {
        I2cMessage[] messages = [.. text.Split(' ').Select(I2cMessages.Parse)];
        if (SmbusMapping.TryMap(messages, functions, out var transaction) is not null)
            return "none";
        var size = transaction.Size switch
        {
            0 => "quick",
            1 => "byte",
            2 => "byte-data",
            3 => "word-data",
            4 => "process-call",
            5 => "block",
            8 => "i2c-block",
            _ => "unknown",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{size} {(transaction.IsRead ? 'r' : 'w')} {transaction.Messages}");
    }
}
