using System;
using System.IO.Enumeration;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Catalog;

/// <summary>What the user types to find names: <c>*</c> and <c>?</c>, or a part of the name; case does not count.</summary>
internal sealed class NamePattern(string? pattern)
{
    private readonly bool _wild = pattern?.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>Whether a name fits.</summary>
    public bool Matches(string name) => pattern is null
        || (_wild
            ? FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true)
            : name.Contains(pattern, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name fits that stands for itself: records nested in others do not, unless the pattern names them.</summary>
    public bool MatchesItem(AbiItem item) =>
        Matches(item.Name) && (pattern?.Contains('.', StringComparison.Ordinal) == true || !item.Name.Contains('.', StringComparison.Ordinal));
}
