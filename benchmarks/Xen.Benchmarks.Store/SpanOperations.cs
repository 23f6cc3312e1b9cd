using System;
using System.Threading.Tasks;
using Xen.Store;

namespace Xen.Benchmarks.Store;

/// <summary>Operations that block, on memory of the caller's.</summary>
/// <param name="client">The client.</param>
internal sealed class SpanOperations(XenStoreClient client)
{
    private readonly byte[] _value = new byte[XenStoreLimits.MaximumPayload];

    internal Turn Read(int repetitions) => Timed.Run(repetitions, () =>
    {
        if (client.Read("/bench/value"u8, _value) == 0)
            throw new InvalidOperationException("the value is empty");
    });

    internal Turn Write(int repetitions) =>
        Timed.Run(repetitions, () => client.Write("/bench/written"u8, "a value that is written"u8));

    internal Turn List(int repetitions) => Timed.Run(repetitions, () =>
    {
        if (client.List(StoreTree.List).Length == 0)
            throw new InvalidOperationException("there are no children");
    });

    /// <summary>Beginning and end of a transaction are always asynchronous; what is in it need not be.</summary>
    internal Turn Transact(int repetitions) => Timed.Run(repetitions, () => client.TransactAsync(CountUp).AsTask().GetAwaiter().GetResult());

    private static ValueTask CountUp(XenStoreTransaction transaction)
    {
        transaction.Write(StoreTree.Counter, StoreTree.Next(transaction.Read(StoreTree.Counter)));
        return default;
    }
}
