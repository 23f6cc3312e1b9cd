using System;
using System.Collections.Generic;

namespace Xen.Abi.Cli.Catalog;

/// <summary>Orders release numbers by their parts, so that 4.9 comes before 4.17.</summary>
internal sealed class ReleaseOrder : IComparer<string>
{
    /// <summary>The only one needed.</summary>
    public static ReleaseOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        string[] left = (x ?? "").Split('.');
        string[] right = (y ?? "").Split('.');
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            bool numbers = int.TryParse(left[i], out int a) & int.TryParse(right[i], out int b);
            int order = numbers ? a.CompareTo(b) : string.CompareOrdinal(left[i], right[i]);
            if (order != 0)
                return order;
        }

        return left.Length.CompareTo(right.Length);
    }
}
