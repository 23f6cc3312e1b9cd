using System;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Tests.Spec;

/// <summary>Bytes as virtio 1.3 §5.17.6 lays them out, written down by hand.</summary>
public sealed class GpioLayoutTests
{
    // type, gpio, value.
    [Theory]
    [InlineData(GpioMessage.GetNames, 0, 0u, "0100 0000 00000000")]
    [InlineData(GpioMessage.GetDirection, 0x1234, 0u, "0200 3412 00000000")]
    [InlineData(GpioMessage.SetDirection, 3, 1u, "0300 0300 01000000")]
    [InlineData(GpioMessage.GetValue, 3, 0u, "0400 0300 00000000")]
    [InlineData(GpioMessage.SetValue, 3, 1u, "0500 0300 01000000")]
    [InlineData(GpioMessage.SetInterruptType, 0xffff, 8u, "0600 ffff 08000000")]
    [InlineData((GpioMessage)0xfedc, 0, 0x12345678u, "dcfe 0000 78563412")]
    public void Request(GpioMessage message, int line, uint value, string hex)
    {
        var request = new GpioRequest(message, (ushort)line, value);
        var bytes = new byte[8];
        request.Format(bytes);
        var expected = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected, bytes);
        Assert.Equal(request, GpioRequest.Parse(expected));
    }

    [Fact]
    public void Numbers_are_those_of_the_standard()
    {
        Assert.Equal(1u, GpioFeatures.Interrupts);
        Assert.Equal([0, 1], [(byte)GpioStatus.Ok, (byte)GpioStatus.Error]);
        Assert.Equal([0, 1], [(byte)GpioEventStatus.Invalid, (byte)GpioEventStatus.Valid]);
        Assert.Equal([0, 1, 2], [(byte)GpioDirection.None, (byte)GpioDirection.Output, (byte)GpioDirection.Input]);
        Assert.Equal([0, 4, 8],
            [GpioLayout.LineCountOffset, GpioLayout.NamesSizeOffset, GpioLayout.ConfigLength]);
        Assert.Equal([0, 1, 2, 3, 4, 8],
            [
                (byte)GpioInterruptType.None, (byte)GpioInterruptType.RisingEdge, (byte)GpioInterruptType.FallingEdge,
                (byte)GpioInterruptType.BothEdges, (byte)GpioInterruptType.HighLevel, (byte)GpioInterruptType.LowLevel,
            ]);
    }
}
