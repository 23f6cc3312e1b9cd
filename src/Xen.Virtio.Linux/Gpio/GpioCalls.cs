using System;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>The calls of the GPIO character devices, typed. Each answers 0 or more, or an errno, negative.</summary>
/// <param name="kernel">Makes them.</param>
internal sealed class GpioCalls(IGpioKernel kernel)
{
    /// <summary>What a chip is.</summary>
    public int GetChipInfo(SafeFileHandle chip, out GpioAbi.ChipInfo info)
    {
        info = default;
        return Call(chip, GpioAbi.GPIO_GET_CHIPINFO_IOCTL, ref info);
    }

    /// <summary>What a line of a chip is, whoever uses it.</summary>
    public int GetLineInfo(SafeFileHandle chip, uint offset, out GpioAbi.LineInfo info)
    {
        info = new GpioAbi.LineInfo { Offset = offset };
        return Call(chip, GpioAbi.GPIO_V2_GET_LINEINFO_IOCTL, ref info);
    }

    /// <summary>Requests one line.</summary>
    /// <param name="chip">The chip.</param>
    /// <param name="offset">Which line.</param>
    /// <param name="consumer">What other programs are shown as its user; 31 bytes at most.</param>
    /// <param name="flags">Its direction and edges; neither leaves it as it is.</param>
    /// <param name="high">The value of an output.</param>
    /// <param name="line">The line's file, if the result is not negative.</param>
    public int Request(
        SafeFileHandle chip, uint offset, ReadOnlySpan<byte> consumer, ulong flags, bool high, out SafeFileHandle? line)
    {
        var request = new GpioAbi.LineRequest { Config = Config(flags, high), NumLines = 1 };
        request.Offsets[0] = offset;
        consumer.CopyTo(request.Consumer);
        var result = Call(chip, GpioAbi.GPIO_V2_GET_LINE_IOCTL, ref request);
        line = result < 0 ? null : new SafeFileHandle(request.Fd, ownsHandle: true);
        return result;
    }

    /// <summary>Changes the direction, the edges and the value of a requested line.</summary>
    public int SetConfig(SafeFileHandle line, ulong flags, bool high)
    {
        var config = Config(flags, high);
        return Call(line, GpioAbi.GPIO_V2_LINE_SET_CONFIG_IOCTL, ref config);
    }

    /// <summary>Reads a requested line.</summary>
    public int GetValue(SafeFileHandle line, out bool high)
    {
        var values = new GpioAbi.LineValues { Mask = 1 };
        var result = Call(line, GpioAbi.GPIO_V2_LINE_GET_VALUES_IOCTL, ref values);
        high = (values.Bits & 1) != 0;
        return result;
    }

    /// <summary>Drives a requested line.</summary>
    public int SetValue(SafeFileHandle line, bool high)
    {
        var values = new GpioAbi.LineValues { Bits = high ? 1UL : 0, Mask = 1 };
        return Call(line, GpioAbi.GPIO_V2_LINE_SET_VALUES_IOCTL, ref values);
    }

    /// <summary>A name as text. It comes from drivers, and need not be any.</summary>
    public static string TextOf(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
    }

    private static GpioAbi.LineConfig Config(ulong flags, bool high)
    {
        var config = new GpioAbi.LineConfig { Flags = flags };
        if ((flags & GpioAbi.GPIO_V2_LINE_FLAG_OUTPUT) == 0)
            return config;
        config.NumAttrs = 1;
        config.Attrs[0].Mask = 1;
        config.Attrs[0].Attr.Id = GpioAbi.GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
        config.Attrs[0].Attr.Values = high ? 1UL : 0;
        return config;
    }

    private unsafe int Call<T>(SafeFileHandle file, uint request, ref T argument)
        where T : unmanaged
    {
        // SAFETY: the structure stays where it is, and is as large as the number of its request says: a test compares them.
        fixed (T* address = &argument)
            return kernel.Ioctl(file, request, (nuint)address);
    }
}
