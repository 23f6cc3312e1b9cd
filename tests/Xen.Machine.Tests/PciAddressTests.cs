using System;

namespace Xen.Machine.Tests;

public sealed class PciAddressTests
{
    [Theory]
    [InlineData("0000:00:10.0", 0, 0, 0x10, 0)]
    [InlineData("00:1f.7", 0, 0, 0x1f, 7)]
    [InlineData("FFFF:ff:1F.3", 0xffff, 0xff, 0x1f, 3)]
    [InlineData("1:2:3.4", 1, 2, 3, 4)]
    public void Text_form_is_read(string text, int segment, int bus, int device, int function)
    {
        var address = PciAddress.Parse(text);
        Assert.Equal(new PciAddress((ushort)segment, (byte)bus, (byte)device, (byte)function), address);
        Assert.Equal(address, PciAddress.Parse(address.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("10.0")]
    [InlineData("00:20.0")]
    [InlineData("00:10.8")]
    [InlineData("00:10")]
    [InlineData("00:.0")]
    [InlineData("00:10.")]
    [InlineData("0000:00:00:10.0")]
    [InlineData("00000:00:10.0")]
    [InlineData("000:10.0")]
    [InlineData("0g:10.0")]
    [InlineData(" 00:10.0")]
    [InlineData("00:-1.0")]
    public void What_is_no_address_is_refused(string? text)
    {
        Assert.False(PciAddress.TryParse(text, null, out _));
        if (text is not null)
            Assert.Throws<FormatException>(() => PciAddress.Parse(text));
    }

    [Fact]
    public void Text_form_has_the_segment() => Assert.Equal("0000:3b:00.1", new PciAddress(0, 0x3b, 0, 1).ToString());

    [Fact]
    public void Device_and_function_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PciAddress(0, 0, 32, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PciAddress(0, 0, 0, 8));
    }
}
