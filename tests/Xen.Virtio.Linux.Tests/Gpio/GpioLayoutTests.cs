using System.Runtime.InteropServices;
using Xen.Virtio.Linux.Gpio;

namespace Xen.Virtio.Linux.Tests.Gpio;

/// <summary>The structures of the GPIO character devices, as linux/gpio.h has them on all targets of 64 bits.</summary>
public sealed class GpioLayoutTests
{
    [Fact]
    public void Structures_have_the_sizes_that_their_requests_name()
    {
        AssertSize<GpioAbi.ChipInfo>(68, GpioAbi.GPIO_GET_CHIPINFO_IOCTL);
        AssertSize<GpioAbi.LineInfo>(256, GpioAbi.GPIO_V2_GET_LINEINFO_IOCTL);
        AssertSize<GpioAbi.LineRequest>(592, GpioAbi.GPIO_V2_GET_LINE_IOCTL);
        AssertSize<GpioAbi.LineConfig>(272, GpioAbi.GPIO_V2_LINE_SET_CONFIG_IOCTL);
        AssertSize<GpioAbi.LineValues>(16, GpioAbi.GPIO_V2_LINE_GET_VALUES_IOCTL);
        AssertSize<GpioAbi.LineValues>(16, GpioAbi.GPIO_V2_LINE_SET_VALUES_IOCTL);
        Assert.Equal(48, Marshal.SizeOf<GpioAbi.LineEvent>());
    }

    [Fact]
    public void Members_are_where_the_kernel_looks()
    {
        Assert.Equal(
            (64, 72, 80, 240),
            (Offset<GpioAbi.LineInfo>("Offset"), Offset<GpioAbi.LineInfo>("Flags"), Offset<GpioAbi.LineInfo>("Attrs"),
                Offset<GpioAbi.LineInfo>("Padding")));
        Assert.Equal(
            (256, 288, 560, 564, 588),
            (Offset<GpioAbi.LineRequest>("Consumer"), Offset<GpioAbi.LineRequest>("Config"), Offset<GpioAbi.LineRequest>("NumLines"),
                Offset<GpioAbi.LineRequest>("EventBufferSize"), Offset<GpioAbi.LineRequest>("Fd")));
        Assert.Equal((8, 32), (Offset<GpioAbi.LineConfig>("NumAttrs"), Offset<GpioAbi.LineConfig>("Attrs")));
        Assert.Equal((8, 16), (Offset<GpioAbi.LineAttribute>("Values"), Offset<GpioAbi.LineConfigAttribute>("Mask")));
        Assert.Equal((32, 64), (Offset<GpioAbi.ChipInfo>("Label"), Offset<GpioAbi.ChipInfo>("Lines")));
        Assert.Equal((8, 12), (Offset<GpioAbi.LineEvent>("Id"), Offset<GpioAbi.LineEvent>("Offset")));
    }

    // Bits 16 to 29 of a request's number are the size of its structure.
    private static void AssertSize<T>(int size, uint request)
        where T : struct => Assert.Equal((size, size), (Marshal.SizeOf<T>(), (int)(request >> 16) & 0x3fff));

    private static int Offset<T>(string member) => (int)Marshal.OffsetOf<T>(member);
}
