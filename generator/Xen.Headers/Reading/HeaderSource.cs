using System;
using System.Collections.Generic;
using System.IO;

namespace Xen.Headers.Reading;

/// <summary>What to read: an umbrella header, and which of the headers that it includes count.</summary>
/// <param name="Source">Whose headers: <c>xen</c>, <c>linux</c>.</param>
/// <param name="Release">Their release: <c>4.17</c>.</param>
/// <param name="Umbrella">The file that includes them all.</param>
/// <param name="IncludeRoot">The include directory that header names are relative to.</param>
/// <param name="Keep">The folder below it whose declarations count, with a slash at the end; empty for all.</param>
/// <param name="Includes">Further include directories, searched after <paramref name="IncludeRoot"/>.</param>
internal record HeaderSource(
    string Source,
    string Release,
    string Umbrella,
    string IncludeRoot,
    string Keep,
    IReadOnlyList<string> Includes)
{
    /// <summary>The umbrella's text, if it is not a file.</summary>
    public virtual string? UmbrellaText => null;

    /// <summary>The include directories, in the order of the search.</summary>
    public virtual IEnumerable<string> SearchPath => [IncludeRoot, .. Includes];

    /// <summary>The name of a header relative to the include directory; null if its declarations do not count.</summary>
    public virtual string? HeaderName(string path)
    {
        string root = Path.GetFullPath(IncludeRoot) + Path.DirectorySeparatorChar;
        if (!path.StartsWith(root, StringComparison.Ordinal))
            return null;
        string name = path[root.Length..];
        return name.StartsWith(Keep, StringComparison.Ordinal) ? name : null;
    }

    /// <summary>The compiler's arguments for a target.</summary>
    public IReadOnlyList<string> Arguments(TargetAbi target)
    {
        List<string> arguments =
        [
            "-x", "c", "-std=gnu11", "--target=" + target.Triple, "-ffreestanding", "-nostdinc", "-ferror-limit=0",
            "-isystem", ClangResources.IncludeDirectory(),
        ];
        foreach (string directory in SearchPath)
            arguments.AddRange(["-idirafter", directory]);
        return arguments;
    }
}
