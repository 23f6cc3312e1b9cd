using System;
using System.Buffers.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;
using Xen.Store.Telemetry;

namespace Xen.Store;

/// <content>Transactions.</content>
public sealed partial class XenStoreClient
{
    private const int QuickAttempts = 2;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(64);

    /// <summary>Does something in a transaction; does all of it again as often as others get in between.</summary>
    /// <param name="body">
    /// What to do, with the transaction. It may run several times, so its effects should be on the transaction alone. An
    /// exception of it aborts, and comes out here. It may end the transaction itself.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XenStoreConflictException">There were as many attempts as the options allow, all in conflict.</exception>
    public async ValueTask TransactAsync(
        Func<XenStoreTransaction, ValueTask> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        await TransactAsync(
            async transaction =>
            {
                await body(transaction).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Computes something in a transaction; does all of it again as often as others get in between.</summary>
    /// <param name="body">As above.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="T">What is computed.</typeparam>
    /// <returns>What the attempt that took effect computed.</returns>
    /// <exception cref="XenStoreConflictException">There were as many attempts as the options allow, all in conflict.</exception>
    public async ValueTask<T> TransactAsync<T>(
        Func<XenStoreTransaction, ValueTask<T>> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        var most = Requester.Options.MaximumTransactionAttempts;
        for (var attempt = 1; attempt <= most; attempt++)
        {
            if (attempt > 1)
                await PauseAsync(attempt, cancellationToken).ConfigureAwait(false);
            var transaction = await BeginAsync(attempt, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                try
                {
                    var result = await body(transaction).ConfigureAwait(false);
                    if (transaction.HasEnded || await transaction.CommitAsync(cancellationToken).ConfigureAwait(false))
                        return result;
                }
                catch (XenStoreReplyException error)
                    when (error.Error == XenStoreError.Conflict && error.TransactionId == transaction.Id)
                {
                    // A daemon may find out before the end.
                }
            }

            StoreMeter.Retries.Add(1);
            StoreLog.TransactionConflict(Requester.Options.Logger, transaction.Id, attempt);
        }

        throw new XenStoreConflictException(most);
    }

    /// <summary>Begins a transaction that the caller ends.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<XenStoreTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default) =>
        BeginAsync(attempt: 1, cancellationToken);

    private static async ValueTask PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        if (attempt <= QuickAttempts)
        {
            await Task.Yield();
            return;
        }

        var most = Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(attempt, 16));
        await Task.Delay(Jitter.UpTo(TimeSpan.FromTicks(most)), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<XenStoreTransaction> BeginAsync(int attempt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Not cancelled half-way: a transaction that began without anybody knowing its number would never end.
        using var request = Requester.Rent();
        var writer = request.Begin(MessageType.TransactionStart, 0, 1);
        writer.AddString(default);
        request.End(writer);
        await SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        var text = request.Reply.TrimEnd((byte)0);
        if (!Utf8Parser.TryParse(text, out uint id, out var used) || used != text.Length || id == 0)
            throw request.Nonsense("it is no number of a transaction");
        return new XenStoreTransaction(Requester, request.Connection!, id, attempt);
    }
}
