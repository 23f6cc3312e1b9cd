using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using VirtioText;
using Xen.Virtio.Spec.I2c;

namespace VirtioI2c;

/// <summary>
/// The chips of a guest, as users of vhost-device-i2c write them: <c>1:0x50:0x68,i2c-2:0x20</c>. Not empty; no address
/// is there twice.
/// </summary>
internal sealed class I2cDeviceList
{
    internal const string Example = "1:0x50:0x68,i2c-2:0x20";

    // What no chip may have: the general call, which reaches all chips, and the first bytes of addresses of 10 bits.
    private const int GeneralCall = 0;
    private const int LastOfChips = 0x77;
    private const string TenBits = "/10";

    private I2cDeviceList(IReadOnlyList<I2cChip> chips) => Chips = chips;

    /// <summary>The chips, in the user's order.</summary>
    internal IReadOnlyList<I2cChip> Chips { get; }

    /// <summary>The buses, each once, in the user's order.</summary>
    internal IEnumerable<string> Buses => Chips.Select(static chip => chip.Bus).Distinct();

    /// <summary>Reads a list.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="list">The list.</param>
    /// <param name="complaint">What is wrong with it; empty if nothing is.</param>
    internal static bool TryParse(string text, out I2cDeviceList list, out string complaint)
    {
        var chips = new List<I2cChip>();
        list = new I2cDeviceList(chips);
        foreach (var group in new TextPart(text, 1).Split(','))
        {
            if (Read(group, chips) is not { } fault)
                continue;
            complaint = $"{fault}; example: {Example}";
            return false;
        }

        complaint = "";
        return true;
    }

    /// <summary>The list as it stands in the XenStore. Read again, it is the same list.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var bus = "";
        foreach (var chip in Chips)
        {
            if (chip.Bus != bus)
                text.Append(text.Length == 0 ? "" : ",").Append(chip.Bus);
            bus = chip.Bus;
            text.Append(CultureInfo.InvariantCulture, $":0x{chip.Address.Value:x2}");
            text.Append(chip.Address.IsTenBit ? TenBits : "");
        }

        return text.ToString();
    }

    private static string? Read(TextPart group, List<I2cChip> chips)
    {
        var parts = group.Split(':').ToArray();
        if (parts[0].Text.Length == 0 || parts[0].Text.Any(static letter => letter is < ' ' or > '~'))
            return parts[0].Complain("expected the host's I2C adapter: a number, i2c-N, /dev/i2c-N or its name");
        if (parts.Length == 1)
            return parts[0].Complain("expected addresses of chips after the adapter, as in BUS:ADDR:ADDR");
        foreach (var part in parts[1..])
        {
            if (ReadAddress(part, out var address) is { } fault)
                return fault;
            if (chips.Any(chip => chip.Address == address))
                return part.Complain("the address is in the list already, and the guest sees one bus");
            chips.Add(new I2cChip(parts[0].Text, address));
        }

        return null;
    }

    private static string? ReadAddress(TextPart part, out I2cAddress address)
    {
        address = default;
        var isTenBit = part.Text.EndsWith(TenBits, StringComparison.Ordinal);
        var digits = isTenBit ? part with { Text = part.Text[..^TenBits.Length] } : part;
        if (!digits.TryReadNumber(out var number))
        {
            return part.Complain(
                "expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits");
        }

        if (isTenBit && number > I2cAddress.MaxTenBit)
            return part.Complain("an address of 10 bits is at most 0x3ff");
        if (!isTenBit && number > I2cAddress.MaxSevenBit)
            return part.Complain($"an address of 7 bits is at most 0x77; if it has 10 bits, write {digits.Text}/10");
        if (!isTenBit && number is GeneralCall or > LastOfChips)
            return part.Complain("no chip has this address, which means something else on a bus; expected 0x01 to 0x77");
        address = new I2cAddress((int)number, isTenBit);
        return null;
    }
}
