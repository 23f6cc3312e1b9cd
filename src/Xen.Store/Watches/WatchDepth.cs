using System;

namespace Xen.Store.Watches;

/// <summary>How far below what is watched an event is; daemons before Xen 4.21 do not look.</summary>
internal static class WatchDepth
{
    /// <summary>Whether an event is within the depth of a watch.</summary>
    /// <param name="watched">What is watched.</param>
    /// <param name="node">What changed.</param>
    /// <param name="depth">0 for the node alone, 1 with its children, and so on; null for all.</param>
    internal static bool Includes(ReadOnlySpan<byte> watched, ReadOnlySpan<byte> node, int? depth)
    {
        if (depth is not { } most || node.Length <= watched.Length)
            return true;
        var below = node[watched.Length..];
        // Below the root, the slash belongs to what is watched.
        var levels = below.Count((byte)'/') + (watched.Length > 0 && watched[^1] == '/' ? 1 : 0);
        return levels <= most;
    }
}
