using System;
using System.Collections.Generic;
using Xen.Sys.Generator.Diagnostics;

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

    /// <summary>The request that brought a name, by itself or as a member of something.</summary>
    public Dictionary<string, LocationInfo> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Where a name was asked for first.</summary>
    public LocationInfo? PlaceOf(string name) => Places.TryGetValue(name, out LocationInfo? place) ? place : null;

    /// <summary>Notes that a name comes from where another one does.</summary>
    public void Follow(string name, LocationInfo? place)
    {
        if (place is not null && !Places.ContainsKey(name))
            Places.Add(name, place);
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
