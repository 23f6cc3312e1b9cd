using System;
using System.Buffers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Operations;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <content>Writing.</content>
public abstract partial class XenStoreOperations
{
    /// <summary>Gives a node a value, as UTF-8; makes the node, and its parents, if they are missing.</summary>
    /// <param name="path">The node.</param>
    /// <param name="value">The value; with the path at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask WriteAsync(string path, string value, CancellationToken cancellationToken = default) =>
        DoAsync(PrepareWrite(path, value), cancellationToken);

    /// <summary>Gives a node a value; makes the node, and its parents, if they are missing.</summary>
    /// <param name="path">The node.</param>
    /// <param name="value">The value; with the path at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask WriteAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        DoAsync(PrepareWrite(path, value.Span), cancellationToken);

    /// <summary>Gives a node a value; makes the node, and its parents, if they are missing.</summary>
    /// <param name="path">The node, in UTF-8.</param>
    /// <param name="value">The value; with the path at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask WriteAsync(
        ReadOnlyMemory<byte> path, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        DoAsync(PrepareWriteBytes(path.Span, value.Span), cancellationToken);

    /// <summary>Gives a node a value, as UTF-8; makes the node, and its parents, if they are missing.</summary>
    /// <param name="path">The node.</param>
    /// <param name="value">The value; with the path at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    public void Write(string path, string value) => Do(PrepareWrite(path, value));

    /// <summary>Gives a node a value; makes the node, and its parents, if they are missing.</summary>
    /// <param name="path">The node.</param>
    /// <param name="value">The value; with the path at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    public void Write(string path, ReadOnlySpan<byte> value) => Do(PrepareWrite(path, value));

    /// <summary>Gives a node a value; makes the node, and its parents, if they are missing. Allocates nothing.</summary>
    /// <param name="path">The node, in UTF-8.</param>
    /// <param name="value">The value; with the path at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    public void Write(ReadOnlySpan<byte> path, ReadOnlySpan<byte> value) => Do(PrepareWriteBytes(path, value));

    internal PendingRequest PrepareWrite(string path, ReadOnlySpan<byte> value)
    {
        Span<byte> bytes = stackalloc byte[PathArgument.Capacity];
        return PrepareWriteChecked(PathArgument.Encode(path, bytes), value);
    }

    internal PendingRequest PrepareWrite(string path, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(Math.Min(value.Length, XenStoreLimits.MaximumPayload)));
        try
        {
            // What does not fit is too long for the protocol in any case.
            var length = StrictUtf8.TryGetBytes(value, bytes, out var written) ? written : XenStoreLimits.MaximumPayload;
            return PrepareWrite(path, bytes.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private PendingRequest PrepareWriteBytes(ReadOnlySpan<byte> path, ReadOnlySpan<byte> value)
    {
        PathArgument.Check(path);
        return PrepareWriteChecked(path, value);
    }

    private PendingRequest PrepareWriteChecked(ReadOnlySpan<byte> path, ReadOnlySpan<byte> value)
    {
        var payload = path.Length + 1 + value.Length;
        if (payload > XenStoreLimits.MaximumPayload)
        {
            throw new ArgumentException(
                $"the value of {Encoding.UTF8.GetString(path)} has {value.Length} bytes: with the path, {XenStoreLimits.MaximumPayload - 1} are the most",
                nameof(value));
        }

        var request = _requester.Rent();
        var writer = request.Begin(MessageType.Write, _transactionId, payload);
        writer.AddString(path);
        writer.Add(value);
        request.End(writer);
        return request;
    }
}
