using System;
using System.Collections.Generic;
using System.Linq;
using Xunit.Sdk;
using Xunit.v3;

namespace EndToEnd;

/// <summary>Classes that take long come first: of two that run at a time, none is left to the end alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // From twelve minutes down to five.
    private static readonly string[] Order =
    [
        nameof(DevicesTests), nameof(DiskFaultTests), nameof(MainJobTests), nameof(WalkthroughTests), nameof(XenStoreTests),
        nameof(DevicesHostileTests), nameof(HvmGuestTests),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    // A collection is a class, whose name is in its own.
    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = Array.FindIndex(
            Order, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return place < 0 ? Order.Length : place;
    }
}
