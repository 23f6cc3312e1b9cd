using System;
using System.Globalization;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Where devices stand in the XenStore: docs/misc/xenstore-paths.pandoc of Xen, and libxl.</summary>
internal static class BackendPaths
{
    internal const string State = "state";

    internal const string Online = "online";

    internal static string Domain(DomainId domain) => $"/local/domain/{domain}";

    internal static string Kind(DomainId backend, string kind) => $"{Domain(backend)}/backend/{kind}";

    internal static string Backend(DomainId backend, BackendDeviceId id) => $"{Domain(backend)}/backend/{id}";

    internal static string Frontend(BackendDeviceId id) => $"{Domain(id.Frontend)}/device/{id.Kind}/{id.Number}";

    /// <summary>Where a back end says what went wrong, as the kernel's do.</summary>
    internal static string Error(DomainId backend, BackendDeviceId id) => $"{Domain(backend)}/error/backend/{id}";

    /// <summary>The device that a node belongs to.</summary>
    /// <param name="kindPath">The path of its kind.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="node">The node.</param>
    /// <param name="id">The device.</param>
    /// <returns>False if it is the node of a guest or of the kind, or of nothing.</returns>
    internal static bool TryParseNode(string kindPath, string kind, string node, out BackendDeviceId id)
    {
        id = default;
        if (node.Length <= kindPath.Length + 1 || !node.StartsWith(kindPath, StringComparison.Ordinal)
            || node[kindPath.Length] != '/')
            return false;
        var parts = node[(kindPath.Length + 1)..].Split('/');
        return parts.Length >= 2 && TryParse(kind, parts[0], parts[1], out id);
    }

    internal static bool TryParse(string kind, string frontend, string number, out BackendDeviceId id)
    {
        id = default;
        if (!TryParseNumber(frontend, out var domain) || domain > ushort.MaxValue
            || !TryParseNumber(number, out var device))
            return false;
        id = new BackendDeviceId(kind, new DomainId((ushort)domain), device);
        return id.Frontend.IsOrdinary;
    }

    /// <summary>A number as a toolstack writes one: "007" would be another node.</summary>
    internal static bool TryParseNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && (text.Length == 1 || text[0] != '0');
}
