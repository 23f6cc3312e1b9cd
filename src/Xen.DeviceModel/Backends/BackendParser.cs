using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Xen.DeviceModel;

/// <summary>Makes a description of a device's keys.</summary>
internal static class BackendParser
{
    /// <summary>Reads the keys of a back end's directory.</summary>
    /// <param name="kind">The device's kind.</param>
    /// <param name="id">The device.</param>
    /// <param name="backendPath">The directory.</param>
    /// <param name="incarnation">The guest's life.</param>
    /// <param name="keys">What stands in it.</param>
    /// <param name="complaint">What is missing or wrong.</param>
    /// <returns>The device; null if it is not complete.</returns>
    internal static BackendDevice? Parse(
        BackendKind kind,
        BackendDeviceId id,
        string backendPath,
        string incarnation,
        IReadOnlyDictionary<string, string> keys,
        out BackendComplaint? complaint)
    {
        var frontendPath = BackendPaths.Frontend(id);
        var transport = keys.GetValueOrDefault("transport", "mmio");
        if (transport is not ("mmio" or "pci"))
            return Wrong("transport", transport, "mmio or pci", out complaint);

        string[] required =
            [BackendPaths.State, "frontend", "frontend-id", .. Needs(transport), .. kind.RequiredKeys];
        var missing = required.Where(name => !keys.ContainsKey(name)).ToArray();
        if (missing.Length > 0)
        {
            complaint = new BackendComplaint($"waits for {string.Join(", ", missing)}", IsWrong: false);
            return null;
        }

        if (keys["frontend"] != frontendPath)
            return Wrong("frontend", keys["frontend"], frontendPath, out complaint);
        if (keys["frontend-id"] != id.Frontend.ToString())
            return Wrong("frontend-id", keys["frontend-id"], id.Frontend.ToString(), out complaint);
        if (State(keys) is not { } state)
            return Wrong(BackendPaths.State, keys[BackendPaths.State], "a state from 1 to 6", out complaint);
        if (!TryParseFlag(keys.GetValueOrDefault("grant_usage", "0"), out var usesGrants))
            return Wrong("grant_usage", keys["grant_usage"], "0 or 1", out complaint);
        if (keys.GetValueOrDefault("mode", "w") is not ("w" or "r"))
            return Wrong("mode", keys["mode"], "w or r", out complaint);

        var (address, irq) = (0UL, 0U);
        if (transport == "mmio")
        {
            if (!TryParseAddress(keys["base"], out address))
                return Wrong("base", keys["base"], "an address, decimal or with 0x", out complaint);
            if (!BackendPaths.TryParseNumber(keys["irq"], out irq) || irq > ushort.MaxValue)
                return Wrong("irq", keys["irq"], "the number of an interrupt", out complaint);
        }

        complaint = null;
        return new BackendDevice(id, Lasting(keys))
        {
            BackendPath = backendPath,
            FrontendPath = frontendPath,
            Incarnation = incarnation,
            State = state,
            Transport = transport == "pci" ? BackendTransport.Pci : BackendTransport.Mmio,
            Base = address,
            Irq = (int)irq,
            PciSlot = transport == "pci" ? keys["pci"] : "",
            UsesGrants = usesGrants,
        };
    }

    /// <summary>The state that stands in a directory; null if there is none that means something.</summary>
    internal static XenbusState? State(IReadOnlyDictionary<string, string> keys) =>
        keys.TryGetValue(BackendPaths.State, out var text) && text.Length == 1 && text[0] is >= '1' and <= '6'
            ? (XenbusState)(text[0] - '0')
            : null;

    private static string[] Needs(string transport) => transport == "pci" ? ["pci"] : ["base", "irq"];

    // libxl writes the base of a disk in decimal, and that of other devices in hexadecimal.
    private static bool TryParseAddress(string text, out ulong address) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out address);

    private static bool TryParseFlag(string text, out bool flag)
    {
        flag = text == "1";
        return text is "0" or "1";
    }

    private static Dictionary<string, string> Lasting(IReadOnlyDictionary<string, string> keys) => new(
        keys.Where(static key => key.Key is not (BackendPaths.State or BackendPaths.Online)));

    private static BackendDevice? Wrong(string key, string value, string expected, out BackendComplaint? complaint)
    {
        complaint = new BackendComplaint($"has {key} = '{Shown(value)}' where {expected} is expected", IsWrong: true);
        return null;
    }

    private static string Shown(string value)
    {
        const int Longest = 100;
        var cut = value.Length > Longest ? value[..Longest] + "..." : value;
        return string.Concat(cut.Select(static letter => char.IsControl(letter) ? '?' : letter));
    }
}
