using System;

namespace Xen.Store.Cli.Trees;

/// <summary>
/// What the value of a node called <c>state</c> means for a device. C origin: <c>enum xenbus_state</c>,
/// public/io/xenbus.h.
/// </summary>
internal static class XenbusState
{
    private static readonly string[] Names =
    [
        "Unknown", "Initialising", "InitWait", "Initialised", "Connected", "Closing", "Closed", "Reconfiguring", "Reconfigured",
    ];

    /// <summary>The state's name; null if the node is none.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="value">Its value.</param>
    public static string? Name(string name, ReadOnlySpan<byte> value) =>
        name is "state" && value.Length == 1 && value[0] - '0' is >= 0 and var number && number < Names.Length ? Names[number] : null;
}
