using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>Numbers and structures of Linux's GPIO character devices, version 2, with their C names. C origin: linux/gpio.h.</summary>
internal static class GpioAbi
{
    public const uint GPIO_GET_CHIPINFO_IOCTL = 0x8044b401;
    public const uint GPIO_V2_GET_LINEINFO_IOCTL = 0xc100b405;
    public const uint GPIO_V2_GET_LINE_IOCTL = 0xc250b407;
    public const uint GPIO_V2_LINE_SET_CONFIG_IOCTL = 0xc110b40d;
    public const uint GPIO_V2_LINE_GET_VALUES_IOCTL = 0xc010b40e;
    public const uint GPIO_V2_LINE_SET_VALUES_IOCTL = 0xc010b40f;

    public const ulong GPIO_V2_LINE_FLAG_USED = 1 << 0;
    public const ulong GPIO_V2_LINE_FLAG_INPUT = 1 << 2;
    public const ulong GPIO_V2_LINE_FLAG_OUTPUT = 1 << 3;
    public const ulong GPIO_V2_LINE_FLAG_EDGE_RISING = 1 << 4;
    public const ulong GPIO_V2_LINE_FLAG_EDGE_FALLING = 1 << 5;

    public const uint GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES = 2;

    public const uint GPIO_V2_LINE_EVENT_RISING_EDGE = 1;
    public const uint GPIO_V2_LINE_EVENT_FALLING_EDGE = 2;

    // errno values that are the same on x86 and Arm.
    public const int EPERM = 1;
    public const int EBUSY = 16;
    public const int ENODEV = 19;
    public const int EINVAL = 22;

    /// <summary>C origin: <c>struct gpiochip_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ChipInfo
    {
        public Text Name;
        public Text Label;
        public uint Lines;
    }

    /// <summary>C origin: <c>struct gpio_v2_line_attribute</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineAttribute
    {
        public uint Id;
        public uint Padding;
        public ulong Values;
    }

    /// <summary>C origin: <c>struct gpio_v2_line_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineInfo
    {
        public Text Name;
        public Text Consumer;
        public uint Offset;
        public uint NumAttrs;
        public ulong Flags;
        public LineAttributes Attrs;
        public Words4 Padding;
    }

    /// <summary>C origin: <c>struct gpio_v2_line_config_attribute</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineConfigAttribute
    {
        public LineAttribute Attr;
        public ulong Mask;
    }

    /// <summary>C origin: <c>struct gpio_v2_line_config</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineConfig
    {
        public ulong Flags;
        public uint NumAttrs;
        public Words5 Padding;
        public LineConfigAttributes Attrs;
    }

    /// <summary>C origin: <c>struct gpio_v2_line_request</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineRequest
    {
        public Offsets Offsets;
        public Text Consumer;
        public LineConfig Config;
        public uint NumLines;
        public uint EventBufferSize;
        public Words5 Padding;
        public int Fd;
    }

    /// <summary>C origin: <c>struct gpio_v2_line_values</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineValues
    {
        public ulong Bits;
        public ulong Mask;
    }

    /// <summary>C origin: <c>struct gpio_v2_line_event</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineEvent
    {
        public ulong TimestampNs;
        public uint Id;
        public uint Offset;
        public uint Seqno;
        public uint LineSeqno;
        public Words6 Padding;
    }

    /// <summary>A name, with a NUL behind it if there is room.</summary>
    [InlineArray(32)]
    public struct Text
    {
        private byte _first;
    }

    [InlineArray(64)]
    public struct Offsets
    {
        private uint _first;
    }

    [InlineArray(10)]
    public struct LineAttributes
    {
        private LineAttribute _first;
    }

    [InlineArray(10)]
    public struct LineConfigAttributes
    {
        private LineConfigAttribute _first;
    }

    [InlineArray(4)]
    public struct Words4
    {
        private uint _first;
    }

    [InlineArray(5)]
    public struct Words5
    {
        private uint _first;
    }

    [InlineArray(6)]
    public struct Words6
    {
        private uint _first;
    }
}
