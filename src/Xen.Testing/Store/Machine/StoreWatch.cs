using System;

namespace Xen.Testing.Store.Machine;

/// <summary>A watch. Never changes.</summary>
/// <param name="Path">What is watched: an absolute path, or a special one.</param>
/// <param name="Token">What its events carry.</param>
/// <param name="BaseLength">Characters that its events leave out, since it was set with a relative path; else 0.</param>
/// <param name="Depth">Levels below the path that count; null for all.</param>
internal sealed record StoreWatch(string Path, string Token, int BaseLength, int? Depth)
{
    /// <summary>Whether a change of a node, and of what is below it if it is gone, is an event.</summary>
    /// <param name="changed">The node's path.</param>
    internal bool Covers(string changed)
    {
        var prefix = Path == "/" ? 0 : Path.Length;
        if (!changed.StartsWith(Path, StringComparison.Ordinal) || (changed.Length > prefix && changed[prefix] != '/'))
            return false;
        return Depth is not { } depth || changed == Path || changed.AsSpan(prefix).Count('/') <= depth;
    }

    /// <summary>A path as the events of this watch name it.</summary>
    /// <param name="path">The path.</param>
    internal string Name(string path)
    {
        if (BaseLength == 0)
            return path;
        var rest = path[BaseLength..];
        return rest.StartsWith('/') ? rest[1..] : rest;
    }
}
