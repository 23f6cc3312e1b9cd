using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <summary>Requests that take effect together or not at all, and see nothing of others meanwhile.</summary>
/// <remarks>
/// Disposing of one that has not ended aborts it. It lives on one connection: if that is lost, so is the transaction.
/// docs/misc/xenstore.txt, TRANSACTION_START.
/// </remarks>
public sealed class XenStoreTransaction : XenStoreOperations, IAsyncDisposable
{
    private int _hasEnded;

    internal XenStoreTransaction(Requester requester, StoreConnection connection, uint id, int attempt)
        : base(requester, connection, id) => Attempt = attempt;

    /// <summary>The daemon's number for it.</summary>
    public uint Id => TransactionId;

    /// <summary>Which attempt this is, from 1 on.</summary>
    public int Attempt { get; }

    internal bool HasEnded => Volatile.Read(ref _hasEnded) != 0;

    /// <summary>Makes it take effect.</summary>
    /// <param name="cancellationToken">Gives up waiting; it may take effect all the same.</param>
    /// <returns>False if others changed what it saw: then nothing took effect, and it should be made again from its beginning.</returns>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public async ValueTask<bool> CommitAsync(CancellationToken cancellationToken = default)
    {
        using var request = PrepareEnd("T"u8);
        await Requester.SendAsync(request, Bound, cancellationToken).ConfigureAwait(false);
        if (request.Error == XenStoreError.Conflict)
            return false;
        request.ThrowIfFailed();
        return true;
    }

    /// <summary>Ends it without effect.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public ValueTask AbortAsync(CancellationToken cancellationToken = default) =>
        DoAsync(PrepareEnd("F"u8), cancellationToken);

    /// <summary>Aborts it, unless it has ended. Fails silently: what has no connection has no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        if (HasEnded)
            return;
        try
        {
            await AbortAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is XenStoreException or ObjectDisposedException)
        {
            // The daemon forgets it with the connection.
        }
    }

    private PendingRequest PrepareEnd(ReadOnlySpan<byte> verdict)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
            throw new InvalidOperationException("the transaction has ended");
        var request = Requester.Rent();
        var writer = request.Begin(MessageType.TransactionEnd, TransactionId, verdict.Length + 1);
        writer.AddString(verdict);
        request.End(writer);
        return request;
    }
}
