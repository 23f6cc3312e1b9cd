using System;
using System.Collections.Generic;

namespace Xen.Sys.Generator.Planning;

/// <summary>The names that will be generated.</summary>
internal sealed class Selection
{
    /// <summary>Structures and unions.</summary>
    public SortedSet<string> Records { get; } = new(StringComparer.Ordinal);

    /// <summary>Typedefs of arrays.</summary>
    public SortedSet<string> Arrays { get; } = new(StringComparer.Ordinal);

    /// <summary>Enumerations.</summary>
    public SortedSet<string> Enums { get; } = new(StringComparer.Ordinal);

    /// <summary>Constants.</summary>
    public SortedSet<string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds what another selection has.</summary>
    public void Add(Selection other)
    {
        Records.UnionWith(other.Records);
        Arrays.UnionWith(other.Arrays);
        Enums.UnionWith(other.Enums);
        Values.UnionWith(other.Values);
    }

    /// <summary>Removes what another selection has.</summary>
    public void Remove(Selection other)
    {
        Records.ExceptWith(other.Records);
        Arrays.ExceptWith(other.Arrays);
        Enums.ExceptWith(other.Enums);
        Values.ExceptWith(other.Values);
    }
}
