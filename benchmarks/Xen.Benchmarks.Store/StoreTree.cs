using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store;

namespace Xen.Benchmarks.Store;

/// <summary>The nodes that all contestants use, as in <c>benchmarks/peers/store/peer.h</c>.</summary>
internal static class StoreTree
{
    internal const string Value = "/bench/value";
    internal const string Written = "/bench/written";
    internal const string Counter = "/bench/counter";
    internal const string List = "/bench/list";

    internal const string WrittenValue = "a value that is written";

    private const int KeyCount = 1000;
    private const int ChildCount = 10;

    /// <summary>The nodes that are read together.</summary>
    internal static IReadOnlyList<string> Keys { get; } = [.. Enumerable.Range(0, KeyCount).Select(static key => $"/bench/keys/{key}")];

    /// <summary>Lays them.</summary>
    /// <param name="client">Where.</param>
    internal static async Task MakeAsync(XenStoreClient client)
    {
        await client.WriteAsync(Value, "a value that is read").ConfigureAwait(false);
        await client.WriteAsync(Written, WrittenValue).ConfigureAwait(false);
        await client.WriteAsync(Counter, "0").ConfigureAwait(false);
        for (var child = 0; child < ChildCount; child++)
            await client.WriteAsync($"{List}/{child}", "").ConfigureAwait(false);
        foreach (var key in Keys)
            await client.WriteAsync(key, key).ConfigureAwait(false);
    }

    /// <summary>The next number of the counter.</summary>
    /// <param name="text">The one before.</param>
    internal static string Next(string text) =>
        (int.Parse(text, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
}
