using System;
using System.Linq;

namespace VirtioConsole.Ports;

/// <summary>One port, as users write it: <c>log=unix:/run/guests/%d.log</c>.</summary>
/// <param name="Name">Its name, for a port of data; empty for a console.</param>
/// <param name="Target">What is at the host's end.</param>
/// <param name="Path">The link to a pseudo-terminal, or the socket; empty if nobody says one.</param>
internal sealed record PortSpec(string Name, PortTarget Target, string Path)
{
    internal const string Example = "pty, pty:/run/guests/console-%d-%n, log=unix:/run/guests/log-%d.sock";

    private const int LongestName = 64;

    // A socket's address holds 107 bytes; a number takes the place of two letters, and may be three longer.
    private const int LongestPath = 100;

    /// <summary>Reads a port.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="port">The port.</param>
    /// <param name="complaint">What is wrong with it; empty if nothing is.</param>
    internal static bool TryParse(string text, out PortSpec port, out string complaint)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var hasName = equals >= 0 && (colon < 0 || equals < colon);
        var name = hasName ? text[..equals] : "";
        var rest = hasName ? text[(equals + 1)..] : text;
        var at = hasName ? equals + 2 : 1;
        colon = rest.IndexOf(':', StringComparison.Ordinal);
        var (word, path) = colon < 0 ? (rest, "") : (rest[..colon], rest[(colon + 1)..]);
        var fault = hasName && !IsName(name)
            ? $"'{name}' at character 1: expected a name of 1 to {LongestName} letters, digits, '.', '_' and '-' before '='"
            : FaultOf(word, colon >= 0, path, at, at + colon + 1);
        port = new PortSpec(name, TargetOf(word) ?? PortTarget.Pty, path);
        complaint = fault is null ? "" : $"{fault}; example: {Example}";
        return fault is null;
    }

    /// <summary>The port as it stands in the XenStore. Read again, it is the same port.</summary>
    public override string ToString() =>
        $"{Name}{(Name.Length == 0 ? "" : "=")}{WordOf(Target)}{(Path.Length == 0 ? "" : ":")}{Path}";

    private static string? FaultOf(string word, bool hasPath, string path, int at, int pathAt)
    {
        if (TargetOf(word) is not { } target)
            return $"'{word}' at character {at}: expected pty, unix, connect or stdio";
        if (target == PortTarget.Stdio && hasPath)
            return $"'{path}' at character {pathAt}: stdio has no path";
        if (target is PortTarget.Listen or PortTarget.Connect && !hasPath)
            return $"'{word}' at character {at}: expected ':' and the path of a socket after it";
        return hasPath ? FaultOfPath(path, pathAt) : null;
    }

    private static string? FaultOfPath(string path, int at)
    {
        if (!path.StartsWith('/') || path.EndsWith('/'))
            return $"'{path}' at character {at}: expected a path from the root, like /run/guests/console-%d-%n";
        if (path.Length > LongestPath || path.Any(static letter => letter is < ' ' or ',' or '\x7f'))
            return $"'{path}' at character {at}: expected a path of at most {LongestPath} characters, and without commas";
        return PathText.IsValid(path)
            ? null
            : $"'{path}' at character {at}: expected %d (domain id), %n (number of the device) or %% after a percent sign";
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && name[0] != '.'
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    private static string WordOf(PortTarget target) => target switch
    {
        PortTarget.Listen => "unix",
        PortTarget.Connect => "connect",
        PortTarget.Stdio => "stdio",
        _ => "pty",
    };

    private static PortTarget? TargetOf(string word) => word switch
    {
        "pty" => PortTarget.Pty,
        "unix" => PortTarget.Listen,
        "connect" => PortTarget.Connect,
        "stdio" => PortTarget.Stdio,
        _ => null,
    };
}
