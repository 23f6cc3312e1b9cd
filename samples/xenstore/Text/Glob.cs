using System;
using System.IO.Enumeration;

namespace Xen.Store.Cli.Text;

/// <summary>A pattern with * and ?, for a name; for a path, if there is a slash in it.</summary>
/// <param name="pattern">The pattern.</param>
internal sealed class Glob(string pattern)
{
    private readonly bool _isForPath = pattern.Contains('/', StringComparison.Ordinal);

    /// <summary>Whether a node has such a name, or path.</summary>
    public bool Matches(string path, string name) =>
        FileSystemName.MatchesSimpleExpression(pattern, _isForPath ? path : name, ignoreCase: false);
}
