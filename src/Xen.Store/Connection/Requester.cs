using System;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Telemetry;

namespace Xen.Store.Connection;

/// <summary>Sends requests over whatever connection there is, and sends again what may be.</summary>
internal sealed partial class Requester(XenStoreOptions options, Connector connector)
{
    // A daemon that closes each connection at once is not to be asked for ever.
    private const int MostAttempts = 5;

    private readonly RequestPool _pool = new();

    /// <summary>The options of the client.</summary>
    internal XenStoreOptions Options => options;

    /// <summary>The connection.</summary>
    internal Connector Connector => connector;

    /// <summary>An empty request, to be disposed of after use.</summary>
    internal PendingRequest Rent() => _pool.Rent();

    /// <summary>Sends a request and waits for its answer, or its failure, which are then in it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bound">The only connection on which it makes sense; null for any.</param>
    internal void Send(PendingRequest request, StoreConnection? bound)
    {
        var start = StoreMeter.Now;
        var attempt = 0;
        do
        {
            Submit(request, bound);
            request.Connection!.Flush(mayBlock: true);
            request.Connection.Wait(request);
        }
        while (++attempt < MostAttempts && bound is null && MayRepeat(request));
        Record(request, start);
    }

    /// <summary>Sends a request; completes when it has its answer, or its failure.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bound">The only connection on which it makes sense; null for any.</param>
    /// <param name="cancellationToken">Gives up waiting; the request may take effect all the same.</param>
    internal ValueTask SendAsync(PendingRequest request, StoreConnection? bound, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = StoreMeter.Now;
        if ((bound ?? connector.Live) is not { } connection || !TrySubmit(request, connection, isBlocking: false))
            return SendSlowlyAsync(request, bound, start, cancellationToken);

        connection.Flush(mayBlock: false);
        connection.ReceiveBriefly(request, InlineWait);
        if (request.IsPending || (bound is null && MayRepeat(request)))
            return FinishAsync(request, bound, start, cancellationToken);
        Record(request, start);
        return default;
    }

    private Exception Lost() => connector.IsDisposed
        ? new ObjectDisposedException(nameof(XenStoreClient))
        : new XenStoreDisconnectedException(options.Endpoint.Name, "it had ended before", wasSent: false);

    // A thread of the pool is not held while work waits for one: with as many callers as that, they would take turns.
    private TimeSpan InlineWait =>
        Thread.CurrentThread.IsThreadPoolThread && ThreadPool.PendingWorkItemCount > 0 ? TimeSpan.Zero : options.InlineWait;

    private static bool TrySubmit(PendingRequest request, StoreConnection connection, bool isBlocking)
    {
        request.Prepare(isBlocking);
        if (connection.Submit(request.Message, request, 0, out var id) != SubmitResult.Accepted)
            return false;
        request.Connection = connection;
        request.Id = id;
        return true;
    }

    private void Submit(PendingRequest request, StoreConnection? bound)
    {
        while (true)
        {
            var connection = bound ?? connector.Live ?? connector.GetAsync(CancellationToken.None).GetAwaiter().GetResult();
            if (TrySubmit(request, connection, isBlocking: true))
                return;
            if (connection.IsBroken && bound is not null)
                throw Lost();
            if (connection.IsBroken)
                continue;
            connection.Flush(mayBlock: true);
            connection.WaitForRoomAsync(request.Type, CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendSlowlyAsync(
        PendingRequest request, StoreConnection? bound, long start, CancellationToken cancellationToken)
    {
        await SubmitSlowlyAsync(request, bound, cancellationToken).ConfigureAwait(false);
        await FinishAsync(request, bound, start, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SubmitSlowlyAsync(
        PendingRequest request, StoreConnection? bound, CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = bound ?? await connector.GetAsync(cancellationToken).ConfigureAwait(false);
            if (TrySubmit(request, connection, isBlocking: false))
            {
                connection.Flush(mayBlock: false);
                connection.ReceiveBriefly(request, TimeSpan.Zero);
                return;
            }

            if (connection.IsBroken && bound is not null)
                throw Lost();
            if (!connection.IsBroken)
                await connection.WaitForRoomAsync(request.Type, cancellationToken).ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishAsync(
        PendingRequest request, StoreConnection? bound, long start, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (cancellationToken.CanBeCanceled)
                await CompleteAsync(request, cancellationToken).ConfigureAwait(false);
            else
                await request.Completion.ConfigureAwait(false);
            if (attempt == MostAttempts || bound is not null || !MayRepeat(request))
                break;
            await SubmitSlowlyAsync(request, bound, cancellationToken).ConfigureAwait(false);
        }

        Record(request, start);
    }

    private static async ValueTask CompleteAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var request = (PendingRequest)state!;
                if (request.Connection!.Abandon(request.Id, request))
                    request.OnFailure(0, new OperationCanceledException(token));
            },
            request);
        try
        {
            await request.Completion.ConfigureAwait(false);
        }
        finally
        {
            // A callback that runs now must be done before the request is somebody else's.
            await registration.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool MayRepeat(PendingRequest request) => request.TransactionId == 0
        && request.Failure is XenStoreDisconnectedException lost && MayRepeat(request.Type, lost.WasSent);

    /// <summary>Whether a request whose connection was lost may be made again.</summary>
    private bool MayRepeat(MessageType type, bool mayHaveEffect) => options.Reconnect
        && (!mayHaveEffect || (options.RetryIdempotent && RequestNames.IsIdempotent(type)));

    private static void Record(PendingRequest request, long start)
    {
        if (start != 0)
            StoreMeter.Record(request.Type, request.TransactionId, start, NameOf(request));
    }

    private static string? NameOf(PendingRequest request) => request switch
    {
        { Failure: { } failure } => NameOf(failure),
        { Error: { } error } => Encoding.UTF8.GetString(ErrorNames.Name(error)),
        _ => null,
    };

    private static string NameOf(Exception failure) =>
        failure is XenStoreReplyException reply ? reply.ErrorName : failure.GetType().Name;
}
