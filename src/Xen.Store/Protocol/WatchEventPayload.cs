using System;

namespace Xen.Store.Protocol;

/// <summary>The payload of a watch event: what changed, and whose watch it is.</summary>
public readonly ref struct WatchEventPayload
{
    private WatchEventPayload(ReadOnlySpan<byte> path, ReadOnlySpan<byte> token)
    {
        Path = path;
        Token = token;
    }

    /// <summary>The node that changed, as its watch names nodes: absolute, relative, or special.</summary>
    public ReadOnlySpan<byte> Path { get; }

    /// <summary>The token that the watch was given.</summary>
    public ReadOnlySpan<byte> Token { get; }

    /// <summary>Reads one.</summary>
    /// <param name="payload">The payload of a message of type <see cref="MessageType.WatchEvent"/>.</param>
    /// <param name="watchEvent">Its parts.</param>
    /// <returns>False if it has not two strings.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out WatchEventPayload watchEvent)
    {
        watchEvent = default;
        var strings = new StringList(payload);
        if (!strings.MoveNext())
            return false;
        var path = strings.Current;
        if (!strings.MoveNext())
            return false;
        watchEvent = new WatchEventPayload(path, strings.Current);
        return true;
    }
}
