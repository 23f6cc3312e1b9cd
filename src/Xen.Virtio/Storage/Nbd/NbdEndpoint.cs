using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>Where an NBD server is, and which of its exports: what an NBD URI says.</summary>
/// <remarks>
/// <c>nbd://HOST[:PORT][/EXPORT]</c> or <c>nbd+unix:///[EXPORT]?socket=PATH</c>, each part percent-encoded where it
/// needs to be. No TLS.
/// </remarks>
public sealed record NbdEndpoint
{
    /// <summary>The port that is registered for NBD.</summary>
    public const int DefaultPort = 10809;

    // NBD's own limit for strings.
    private const int MaxExportNameBytes = 4096;

    private const string TcpScheme = "nbd://";
    private const string UnixScheme = "nbd+unix://";

    private NbdEndpoint()
    {
    }

    /// <summary>Name or address of the host; null for a Unix socket.</summary>
    public string? Host { get; private init; }

    /// <summary>TCP port; of no meaning for a Unix socket.</summary>
    public int Port { get; private init; } = DefaultPort;

    /// <summary>Path of a Unix socket; null for TCP.</summary>
    public string? SocketPath { get; private init; }

    /// <summary>Name of the export; empty for the server's default.</summary>
    public string ExportName { get; private init; } = "";

    /// <summary>An export of a server that is reached by TCP.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="exportName">Name of the export; empty for the default.</param>
    /// <exception cref="ArgumentException">A part cannot be used.</exception>
    public static NbdEndpoint Tcp(string host, int port = DefaultPort, string exportName = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return new NbdEndpoint { Host = host, Port = port, ExportName = CheckName(exportName) };
    }

    /// <summary>An export of a server that is reached by a Unix socket.</summary>
    /// <param name="socketPath">Path of the socket.</param>
    /// <param name="exportName">Name of the export; empty for the default.</param>
    /// <exception cref="ArgumentException">A part cannot be used.</exception>
    public static NbdEndpoint Unix(string socketPath, string exportName = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        return new NbdEndpoint { SocketPath = socketPath, ExportName = CheckName(exportName) };
    }

    /// <summary>Reads an NBD URI.</summary>
    /// <param name="text">The URI.</param>
    /// <exception cref="FormatException">It is not one; the message says why.</exception>
    public static NbdEndpoint Parse(string text) =>
        TryParse(text, out var endpoint, out var error) ? endpoint : throw new FormatException(error);

    /// <summary>Reads an NBD URI.</summary>
    /// <param name="text">The URI.</param>
    /// <param name="endpoint">What it says.</param>
    /// <returns>False if it is not one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out NbdEndpoint? endpoint) =>
        TryParse(text ?? "", out endpoint, out _);

    /// <summary>The URI.</summary>
    public override string ToString()
    {
        var name = Uri.EscapeDataString(ExportName);
        if (SocketPath is not null)
            return $"{UnixScheme}/{name}?socket={Uri.EscapeDataString(SocketPath).Replace("%2F", "/", StringComparison.Ordinal)}";
        var host = Host!.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        var port = Port == DefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{Port}");
        return $"{TcpScheme}{host}{port}/{name}";
    }

    /// <summary>The address to connect to. May ask the resolver.</summary>
    internal EndPoint ToAddress() => SocketPath is not null
        ? new UnixDomainSocketEndPoint(SocketPath)
        : IPAddress.TryParse(Host, out var address)
            ? new IPEndPoint(address, Port)
            : new DnsEndPoint(Host!, Port);

    private static bool TryParse(
        string text, [NotNullWhen(true)] out NbdEndpoint? endpoint, [NotNullWhen(false)] out string? error)
    {
        endpoint = null;
        try
        {
            if (text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase))
                endpoint = ParseUnix(text[UnixScheme.Length..]);
            else if (text.StartsWith(TcpScheme, StringComparison.OrdinalIgnoreCase))
                endpoint = ParseTcp(text[TcpScheme.Length..]);
            error = endpoint is not null
                ? null
                : $"'{text}' is no NBD URI; for example nbd://host:10809/export or nbd+unix:///export?socket=/run/nbd.sock";
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            error = $"'{text}' is no NBD URI: {e.Message}";
        }

        return endpoint is not null;
    }

    private static NbdEndpoint? ParseTcp(string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        var name = slash < 0 ? "" : rest[(slash + 1)..];
        if (name.Contains('?', StringComparison.Ordinal) || authority.Contains('@', StringComparison.Ordinal))
            return null;

        // The colon of a port comes after the bracket of an IPv6 address.
        var colon = authority.LastIndexOf(':');
        var port = DefaultPort;
        if (colon > authority.LastIndexOf(']'))
        {
            if (!ushort.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            port = number;
            authority = authority[..colon];
        }

        return Tcp(authority is ['[', .. var inner, ']'] ? inner : authority, port, Uri.UnescapeDataString(name));
    }

    private static NbdEndpoint? ParseUnix(string rest)
    {
        const string Socket = "socket=";
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        if (question < 1 || rest[0] != '/')
            return null;
        var query = rest[(question + 1)..];
        return query.StartsWith(Socket, StringComparison.Ordinal) && !query.Contains('&', StringComparison.Ordinal)
            ? Unix(Uri.UnescapeDataString(query[Socket.Length..]), Uri.UnescapeDataString(rest[1..question]))
            : null;
    }

    private static string CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Encoding.UTF8.GetByteCount(name) <= MaxExportNameBytes && !name.Contains('\0', StringComparison.Ordinal)
            ? name
            : throw new ArgumentException("the name of an export has at most 4096 bytes, none of them zero", nameof(name));
    }
}
