using System.Collections.Generic;
using System.Linq;

namespace VirtioConsole.Ports;

/// <summary>The ports of a device: 1 to 31, no name and no path twice.</summary>
internal sealed class PortList
{
    internal const int MostPorts = 31;

    private PortList(IReadOnlyList<PortSpec> ports) => Ports = ports;

    /// <summary>One console on a pseudo-terminal.</summary>
    internal static PortList Plain { get; } = new([new PortSpec("", PortTarget.Pty, "")]);

    /// <summary>The ports, in the guest's order.</summary>
    internal IReadOnlyList<PortSpec> Ports { get; }

    /// <summary>
    /// Whether it is one console, which any driver knows, and not ports, for which a driver needs MULTIPORT.
    /// </summary>
    internal bool IsPlain => Ports is [{ Name: "" }];

    /// <summary>Whether one of them is the daemon's own terminal.</summary>
    internal bool UsesStdio => Ports.Any(static port => port.Target == PortTarget.Stdio);

    /// <summary>Reads ports, each from a text of its own.</summary>
    /// <param name="texts">At least one.</param>
    /// <param name="list">The ports.</param>
    /// <param name="complaint">What is wrong with them; empty if nothing is.</param>
    internal static bool TryParse(IEnumerable<string> texts, out PortList list, out string complaint)
    {
        var ports = new List<PortSpec>();
        list = new PortList(ports);
        foreach (var text in texts)
        {
            if (!PortSpec.TryParse(text, out var port, out complaint))
                return false;
            ports.Add(port);
        }

        complaint = FaultOf(ports) ?? "";
        return complaint.Length == 0;
    }

    /// <summary>Reads ports from the XenStore, where commas are between them.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="list">The ports.</param>
    /// <param name="complaint">What is wrong with them; empty if nothing is.</param>
    internal static bool TryParse(string text, out PortList list, out string complaint) =>
        TryParse(text.Split(','), out list, out complaint);

    /// <summary>The ports as they stand in the XenStore. Read again, they are the same.</summary>
    public override string ToString() => string.Join(',', Ports);

    private static string? FaultOf(List<PortSpec> ports)
    {
        if (ports.Count > MostPorts)
            return $"{ports.Count} ports: a device has {MostPorts} at most";
        if (FirstTwice(ports.Select(static port => port.Name)) is { } name)
            return $"two ports have the name '{name}': give each port of data another one";
        if (FirstTwice(ports.Select(static port => port.Path)) is { } path)
            return $"two ports have the path '{path}': give each port another one";
        return ports.Count(static port => port.Target == PortTarget.Stdio) > 1
            ? "stdio is there twice: the daemon has one terminal"
            : null;
    }

    private static string? FirstTwice(IEnumerable<string> texts)
    {
        var seen = new HashSet<string>();
        return texts.FirstOrDefault(text => text.Length != 0 && !seen.Add(text));
    }
}
