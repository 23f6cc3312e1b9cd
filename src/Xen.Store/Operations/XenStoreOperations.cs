using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Operations;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <summary>What can be done with nodes: at once by a <see cref="XenStoreClient"/>, together by a <see cref="XenStoreTransaction"/>.</summary>
/// <remarks>
/// <para>
/// Thread-safe: many requests may be under way. Answers come in any order; requests that depend on each other must be
/// awaited in turn, or stand in a transaction.
/// </para>
/// <para>
/// Paths are absolute, or relative to the domain's own part of the store (<c>/local/domain/ID</c>). Every method throws:
/// <see cref="ArgumentException"/> for a path or a value that the protocol cannot carry, before anything is sent;
/// <see cref="XenStoreReplyException"/> if the daemon refuses; <see cref="XenStoreDisconnectedException"/> if the
/// connection is lost; <see cref="XenStoreConnectException"/> if it was lost and does not come back;
/// <see cref="XenStoreTimeoutException"/> if the options give a time; <see cref="ObjectDisposedException"/>.
/// Cancelling stops the wait: the request may take effect all the same.
/// </para>
/// </remarks>
public abstract partial class XenStoreOperations
{
    private readonly Requester _requester;
    private readonly StoreConnection? _bound;
    private readonly uint _transactionId;

    private protected XenStoreOperations(Requester requester, StoreConnection? bound, uint transactionId)
    {
        _requester = requester;
        _bound = bound;
        _transactionId = transactionId;
    }

    internal Requester Requester => _requester;

    internal StoreConnection? Bound => _bound;

    internal uint TransactionId => _transactionId;

    /// <summary>Makes a node, with no value; does nothing if it is there. Parents that are missing are made, too.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask MakeDirectoryAsync(string path, CancellationToken cancellationToken = default) =>
        DoAsync(Prepare(MessageType.MakeDirectory, path), cancellationToken);

    /// <summary>Makes a node, as <see cref="MakeDirectoryAsync"/> does.</summary>
    /// <param name="path">The node.</param>
    public void MakeDirectory(string path) => Do(Prepare(MessageType.MakeDirectory, path));

    /// <summary>Removes a node and all below it. Fails if its parent is missing, too (C's daemon).</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask RemoveAsync(string path, CancellationToken cancellationToken = default) =>
        DoAsync(Prepare(MessageType.Remove, path), cancellationToken);

    /// <summary>Removes a node and all below it.</summary>
    /// <param name="path">The node.</param>
    public void Remove(string path) => Do(Prepare(MessageType.Remove, path));

    /// <summary>A request whose payload is a path.</summary>
    internal PendingRequest Prepare(MessageType type, string path)
    {
        Span<byte> bytes = stackalloc byte[PathArgument.Capacity];
        return PrepareChecked(type, PathArgument.Encode(path, bytes));
    }

    private protected PendingRequest PrepareBytes(MessageType type, ReadOnlySpan<byte> path)
    {
        PathArgument.Check(path);
        return PrepareChecked(type, path);
    }

    /// <summary>Sends a request, and throws if it has no positive answer. Afterwards its reply can be read.</summary>
    private protected async ValueTask SendAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        await _requester.SendAsync(request, _bound, cancellationToken).ConfigureAwait(false);
        request.ThrowIfFailed();
    }

    private protected void Send(PendingRequest request)
    {
        _requester.Send(request, _bound);
        request.ThrowIfFailed();
    }

    /// <summary>Sends a request whose answer says nothing but yes, and disposes of it.</summary>
    private protected async ValueTask DoAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        using (request)
            await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private protected void Do(PendingRequest request)
    {
        using (request)
            Send(request);
    }

    private PendingRequest PrepareChecked(MessageType type, ReadOnlySpan<byte> path)
    {
        var request = _requester.Rent();
        var writer = request.Begin(type, _transactionId, path.Length + 1);
        writer.AddString(path);
        request.End(writer);
        return request;
    }
}
