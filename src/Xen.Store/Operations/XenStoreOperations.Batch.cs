using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <content>Many nodes at once: all requests are under way together.</content>
public abstract partial class XenStoreOperations
{
    /// <summary>Values of many nodes as text, null where there is no such node.</summary>
    /// <param name="paths">The nodes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>As many as paths, in their order. Not a snapshot, unless in a transaction.</returns>
    /// <exception cref="XenStoreEncodingException">A value is not UTF-8.</exception>
    public async ValueTask<string?[]> ReadManyAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var values = new string?[paths.Count];
        await AskManyAsync(MessageType.Read, paths, Take, cancellationToken).ConfigureAwait(false);
        return values;

        void Take(int index, ReadOnlySpan<byte> value) => values[index] = DecodeValue(value, paths[index]);
    }

    /// <summary>Values of many nodes, null where there is no such node.</summary>
    /// <param name="paths">The nodes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>As many as paths, in their order. Not a snapshot, unless in a transaction.</returns>
    public async ValueTask<byte[]?[]> ReadManyBytesAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var values = new byte[]?[paths.Count];
        await AskManyAsync(MessageType.Read, paths, Take, cancellationToken).ConfigureAwait(false);
        return values;

        void Take(int index, ReadOnlySpan<byte> value) => values[index] = value.ToArray();
    }

    /// <summary>Gives many nodes values, as UTF-8, in their order.</summary>
    /// <param name="values">The nodes and their values.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <remarks>If one fails, the others are written all the same; in a transaction, none is unless it is committed.</remarks>
    public ValueTask WriteManyAsync(
        IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var messages = new MessageList();
        foreach (var (path, value) in values)
            messages.Add(PrepareWrite(path, value));
        return DoManyAsync(MessageType.Write, messages, index => values[index].Key, cancellationToken);
    }

    /// <summary>Gives many nodes values, in their order.</summary>
    /// <param name="values">The nodes and their values.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <remarks>If one fails, the others are written all the same; in a transaction, none is unless it is committed.</remarks>
    public ValueTask WriteManyAsync(
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> values, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var messages = new MessageList();
        foreach (var (path, value) in values)
            messages.Add(PrepareWrite(path, value.Span));
        return DoManyAsync(MessageType.Write, messages, index => values[index].Key, cancellationToken);
    }

    internal delegate void ValueTaker(int index, ReadOnlySpan<byte> payload);

    /// <summary>Asks the same of many nodes; leaves out those that are not there.</summary>
    internal ValueTask AskManyAsync(
        MessageType type, IReadOnlyList<string> paths, ValueTaker take, CancellationToken cancellationToken)
    {
        var messages = new MessageList();
        foreach (var path in paths)
            messages.Add(Prepare(type, path));
        return _requester.RunAsync(type, messages, OnReply, _bound, cancellationToken);

        void OnReply(int index, in Message reply)
        {
            if (reply.Header.Type != MessageType.Error)
                take(index, reply.Payload);
            else if (ErrorNames.Parse(reply.Payload) != XenStoreError.NotFound)
                throw Refusal(reply, type, paths[index]);
        }
    }

    internal XenStoreReplyException Refusal(in Message reply, MessageType type, string? path) =>
        XenStoreReplyException.Of(reply, type, path, _transactionId);

    private ValueTask DoManyAsync(
        MessageType type, MessageList messages, Func<int, string> subject, CancellationToken cancellationToken)
    {
        return _requester.RunAsync(type, messages, OnReply, _bound, cancellationToken);

        void OnReply(int index, in Message reply)
        {
            if (reply.Header.Type == MessageType.Error)
                throw Refusal(reply, type, subject(index));
        }
    }
}
