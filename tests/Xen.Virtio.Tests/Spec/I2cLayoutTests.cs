using System;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Tests.Spec;

/// <summary>Bytes as virtio 1.3 §5.18.6.1 lays them out, written down by hand.</summary>
public sealed class I2cLayoutTests
{
    // addr, padding, flags.
    [Theory]
    [InlineData(0x00a0, I2cRequestFlags.None, "a000 0000 00000000")]
    [InlineData(0x00d0, I2cRequestFlags.FailNext, "d000 0000 01000000")]
    [InlineData(0xa5f4, I2cRequestFlags.Read, "f4a5 0000 02000000")]
    [InlineData(0x0000, I2cRequestFlags.FailNext | I2cRequestFlags.Read, "0000 0000 03000000")]
    [InlineData(0xffff, (I2cRequestFlags)0x80000000, "ffff 0000 00000080")]
    public void Request_header(ushort address, I2cRequestFlags flags, string hex)
    {
        var header = new I2cRequestHeader(address, flags);
        var bytes = new byte[8];
        bytes.AsSpan().Fill(0xee);
        header.Format(bytes);
        var expected = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected, bytes);
        Assert.Equal(header, I2cRequestHeader.Parse(expected));
    }

    // The table of §5.18.6.1: A6..A0 in bits 7 to 1; A7..A0 in bits 15 to 8, then 1 1 1 1 0 A9 A8 0.
    [Theory]
    [InlineData(0x50, false, 0x00a0)]
    [InlineData(0x7f, false, 0x00fe)]
    [InlineData(0x00, false, 0x0000)]
    [InlineData(0x000, true, 0x00f0)]
    [InlineData(0x0ff, true, 0xfff0)]
    [InlineData(0x100, true, 0x00f2)]
    [InlineData(0x2a5, true, 0xa5f4)]
    [InlineData(0x3ff, true, 0xfff6)]
    public void Address(int value, bool isTenBit, ushort field)
    {
        var address = new I2cAddress(value, isTenBit);
        Assert.Equal(field, address.Encode());
        Assert.True(I2cAddress.TryDecode(field, out var decoded));
        Assert.Equal(address, decoded);
    }

    [Fact]
    public void Every_field_is_an_address_in_one_form_or_none()
    {
        var addresses = 0;
        for (var field = 0; field <= ushort.MaxValue; field++)
        {
            if (!I2cAddress.TryDecode((ushort)field, out var address))
                continue;
            addresses++;
            Assert.Equal(field, address.Encode());
        }

        // All of 10 bits, and those of 7 bits but the four that look like the beginning of one of 10.
        Assert.Equal(1024 + 128 - 4, addresses);
    }

    [Fact]
    public void Numbers_are_those_of_the_standard()
    {
        Assert.Equal(1u, I2cFeatures.ZeroLengthRequest);
        Assert.Equal(0, (byte)I2cRequestStatus.Ok);
        Assert.Equal(1, (byte)I2cRequestStatus.Error);
    }
}
