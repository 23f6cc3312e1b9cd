using System;
using System.Threading.Tasks;
using Xen.Store;

namespace Xen.Benchmarks.Store;

/// <summary>Operations that are awaited.</summary>
/// <param name="client">The client.</param>
internal sealed class AsyncOperations(XenStoreClient client)
{
    internal Turn Read(int repetitions) => Timed.Run(repetitions, ReadAsync);

    internal Turn ReadAtOnce(int callers, int repetitions) => Timed.RunAtOnce(callers, repetitions, ReadAsync);

    internal Turn Write(int repetitions) =>
        Timed.Run(repetitions, () => client.WriteAsync(StoreTree.Written, StoreTree.WrittenValue));

    internal Turn List(int repetitions) => Timed.Run(repetitions, async () =>
    {
        if ((await client.ListAsync(StoreTree.List).ConfigureAwait(false)).Length == 0)
            throw new InvalidOperationException("there are no children");
    });

    internal Turn Transact(int repetitions) => Timed.Run(repetitions, () => client.TransactAsync(CountUpAsync));

    internal Turn ReadMany(int repetitions) => Timed.Run(repetitions, async () =>
    {
        if ((await client.ReadManyAsync(StoreTree.Keys).ConfigureAwait(false))[^1] is not { Length: > 0 })
            throw new InvalidOperationException("the last value is empty");
    });

    private async ValueTask ReadAsync()
    {
        if ((await client.ReadAsync(StoreTree.Value).ConfigureAwait(false)).Length == 0)
            throw new InvalidOperationException("the value is empty");
    }

    private static async ValueTask CountUpAsync(XenStoreTransaction transaction)
    {
        var counter = await transaction.ReadAsync(StoreTree.Counter).ConfigureAwait(false);
        await transaction.WriteAsync(StoreTree.Counter, StoreTree.Next(counter)).ConfigureAwait(false);
    }
}
