using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Devices;

/// <summary>A device as it stands in the XenStore, complete or not.</summary>
/// <param name="Paths">Which device.</param>
/// <param name="Keys">The keys of its back end directory.</param>
/// <param name="Error">What the daemon has to say of it; null if nothing.</param>
internal sealed record DeviceEntry(DevicePaths Paths, IReadOnlyDictionary<string, string> Keys, string? Error)
{
    internal DomainId Domain => Paths.Domain;

    internal string this[string key] => Keys.GetValueOrDefault(key, "");

    /// <summary>Looks up a key; null if there is none.</summary>
    internal string? Find(string key) => Keys.GetValueOrDefault(key);

    internal bool IsPci => this["transport"] == "pci";

    internal ulong? Base => ParseBase(this["base"]);

    internal int? Irq =>
        int.TryParse(this["irq"], NumberStyles.None, CultureInfo.InvariantCulture, out var irq) ? irq : null;

    /// <summary>The handshake's state, in words.</summary>
    internal string State => Error is not null ? "refused" : this["state"] switch
    {
        "1" => "waiting",
        "2" or "3" or "4" => "served",
        "5" => "closing",
        "6" => "closed",
        "" => "incomplete",
        _ => "unknown",
    };

    /// <summary>How its guest sees it, and where.</summary>
    internal string Place => IsPci
        ? $"pci {this["pci"]}"
        : $"mmio {(Base is { } address ? $"0x{address:x}" : "?")} irq {this["irq"]}";

    internal static DeviceEntry Of(DevicePaths paths, XenStoreNode node, string? error)
    {
        var keys = new Dictionary<string, string>();
        foreach (var child in node.Children)
            keys[child.Name] = Encoding.UTF8.GetString(child.Value.Span);
        return new DeviceEntry(paths, keys, error);
    }

    private static ulong? ParseBase(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
