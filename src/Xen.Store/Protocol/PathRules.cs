using System;
using System.Buffers;

namespace Xen.Store.Protocol;

/// <summary>Which paths there may be: docs/misc/xenstore.txt, "Node paths".</summary>
public static class PathRules
{
    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_@"u8);

    /// <summary>Looks for what is wrong with the path of a node.</summary>
    /// <param name="path">The path, without a NUL.</param>
    public static PathFault Check(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
            return PathFault.Empty;
        var isAbsolute = path[0] == '/';
        if (path.Length > (isAbsolute ? XenStoreLimits.MaximumAbsolutePath : XenStoreLimits.MaximumRelativePath))
            return PathFault.TooLong;
        if (path.ContainsAnyExcept(Characters))
            return PathFault.BadCharacter;
        if (path.IndexOf("//"u8) >= 0)
            return PathFault.EmptyName;
        return path.Length > 1 && path[^1] == '/' ? PathFault.TrailingSlash : PathFault.None;
    }

    /// <summary>Whether a path means an event of the daemon (<c>@introduceDomain</c>), not a node.</summary>
    /// <param name="path">The path.</param>
    public static bool IsSpecial(ReadOnlySpan<byte> path) => path.Length > 0 && path[0] == '@';
}
