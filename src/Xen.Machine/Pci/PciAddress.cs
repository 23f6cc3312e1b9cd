using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Xen.Machine;

/// <summary>Where a PCI function is plugged in: segment, bus, device and function.</summary>
/// <remarks>In text as people and sysfs write it: <c>0000:00:10.0</c>; the segment may be left out.</remarks>
public readonly record struct PciAddress : IParsable<PciAddress>
{
    private const int DeviceLimit = 32;
    private const int FunctionLimit = 8;

    /// <summary>Puts one together.</summary>
    /// <param name="segment">The segment, also called PCI domain.</param>
    /// <param name="bus">The bus.</param>
    /// <param name="device">0 to 31.</param>
    /// <param name="function">0 to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such device or function.</exception>
    public PciAddress(ushort segment, byte bus, byte device, byte function)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(device, DeviceLimit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(function, FunctionLimit);
        Segment = segment;
        Bus = bus;
        Device = device;
        Function = function;
    }

    /// <summary>The segment, also called PCI domain.</summary>
    public ushort Segment { get; }

    /// <summary>The bus.</summary>
    public byte Bus { get; }

    /// <summary>The device, 0 to 31.</summary>
    public byte Device { get; }

    /// <summary>The function, 0 to 7.</summary>
    public byte Function { get; }

    /// <summary>Reads the text form.</summary>
    /// <param name="s"><c>0000:00:10.0</c> or <c>00:10.0</c>, in hexadecimal.</param>
    /// <param name="provider">Ignored: the form is the same everywhere.</param>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static PciAddress Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var address)
            ? address
            : throw new FormatException($"'{s}' is not a PCI address; write it as 0000:00:10.0");

    /// <summary>Reads the text form.</summary>
    /// <param name="s"><c>0000:00:10.0</c> or <c>00:10.0</c>, in hexadecimal.</param>
    /// <param name="provider">Ignored: the form is the same everywhere.</param>
    /// <param name="result">The address, on success.</param>
    /// <returns>False if it is not of that form.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PciAddress result)
    {
        result = default;
        Span<Range> parts = stackalloc Range[4];
        ReadOnlySpan<char> text = s;
        var count = text.Split(parts, ':');
        if (count is not (2 or 3) || !TryParsePart(text[parts[count - 2]], 2, byte.MaxValue, out var bus))
            return false;

        ushort segment = 0;
        if (count == 3 && !TryParsePart(text[parts[0]], 4, ushort.MaxValue, out segment))
            return false;

        var slot = text[parts[count - 1]];
        var point = slot.IndexOf('.');
        if (point < 0
            || !TryParsePart(slot[..point], 2, DeviceLimit - 1, out var device)
            || !TryParsePart(slot[(point + 1)..], 1, FunctionLimit - 1, out var function))
            return false;

        result = new PciAddress(segment, (byte)bus, (byte)device, (byte)function);
        return true;
    }

    /// <summary>The text form, with the segment.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Segment:x4}:{Bus:x2}:{Device:x2}.{Function}");

    private static bool TryParsePart(ReadOnlySpan<char> text, int digits, ushort maximum, out ushort value)
    {
        value = 0;
        return text.Length > 0 && text.Length <= digits
            && ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            && value <= maximum;
    }
}
