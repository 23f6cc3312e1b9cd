using System;
using System.Text;
using Xen.Store.Protocol;

namespace Xen.Store.Operations;

/// <summary>Paths that callers give: a mistake in one is theirs, and found before anything is sent.</summary>
internal static class PathArgument
{
    /// <summary>Bytes that every path fits into that may be sent, and one that may not.</summary>
    internal const int Capacity = XenStoreLimits.MaximumAbsolutePath + 1;

    /// <summary>Writes a path as bytes.</summary>
    /// <param name="path">The path.</param>
    /// <param name="destination">At least <see cref="Capacity"/> bytes.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException">It is not a path.</exception>
    internal static ReadOnlySpan<byte> Encode(string path, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Encoding.UTF8.TryGetBytes(path, destination, out var length))
            throw Refusal(path, PathFault.TooLong);
        var bytes = destination[..length];
        var fault = PathRules.Check(bytes);
        return fault == PathFault.None ? bytes : throw Refusal(path, fault);
    }

    /// <summary>Looks at a path in bytes.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">It is not a path.</exception>
    internal static void Check(ReadOnlySpan<byte> path)
    {
        var fault = PathRules.Check(path);
        if (fault != PathFault.None)
            throw Refusal(Encoding.UTF8.GetString(path), fault);
    }

    private static ArgumentException Refusal(string path, PathFault fault)
    {
        const int MostShown = 80;
        var shown = path.Length > MostShown ? path[..MostShown] + "…" : path;
        var reason = fault switch
        {
            PathFault.Empty => "it is empty",
            PathFault.TooLong =>
                $"it is too long: {XenStoreLimits.MaximumAbsolutePath} bytes at most, {XenStoreLimits.MaximumRelativePath} if it does not begin with /",
            PathFault.EmptyName => "it has // in it",
            PathFault.TrailingSlash => "it ends with /",
            _ => "it may have A-Z a-z 0-9 - / _ @ only",
        };
        return new ArgumentException($"'{shown}' is no XenStore path: {reason}", nameof(path));
    }
}
