using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Telemetry;

namespace Xen.Store.Connection;

/// <content>Many requests at once.</content>
internal sealed partial class Requester
{
    private const int MessagesPerFlush = 64;

    /// <summary>Sends messages, and hands their answers, errors included, to a handler.</summary>
    /// <param name="type">What all of them ask.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="handler">Takes the answers.</param>
    /// <param name="bound">The only connection on which they make sense; null for any.</param>
    /// <param name="cancellationToken">Gives up waiting; requests may take effect all the same.</param>
    /// <exception cref="XenStoreException">The first that went wrong, or what the handler threw first.</exception>
    internal async ValueTask RunAsync(
        MessageType type,
        MessageList messages,
        Batch.ReplyHandler handler,
        StoreConnection? bound,
        CancellationToken cancellationToken)
    {
        var start = StoreMeter.Now;
        for (var attempt = 1; messages.Count > 0; attempt++)
        {
            var batch = new Batch(messages.Count, handler);
            var connection = bound ?? await connector.GetAsync(cancellationToken).ConfigureAwait(false);
            await SubmitAsync(batch, messages, connection, cancellationToken).ConfigureAwait(false);
            await batch.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (batch.Failure is null)
            {
                StoreMeter.Record(type, messages.TransactionId, start, error: null);
                return;
            }

            if (batch.Failure is XenStoreDisconnectedException && bound is null && attempt < MostAttempts
                && MayRepeat(type, batch.MayHaveEffect))
            {
                continue;
            }

            StoreMeter.Record(type, messages.TransactionId, start, NameOf(batch.Failure));
            throw batch.Failure;
        }
    }

    private async ValueTask SubmitAsync(
        Batch batch, MessageList messages, StoreConnection connection, CancellationToken cancellationToken)
    {
        var index = 0;
        try
        {
            for (; index < messages.Count; index++)
            {
                await SubmitAsync(messages[index], batch, index, connection, cancellationToken).ConfigureAwait(false);
                if (index % MessagesPerFlush == MessagesPerFlush - 1)
                    connection.Flush(mayBlock: false);
            }
        }
        catch (Exception error) when (error is XenStoreException or OperationCanceledException or ObjectDisposedException)
        {
            batch.Skip(messages.Count - index, error);
        }

        connection.Flush(mayBlock: false);
        connection.ReceiveElsewhere();
    }

    private async ValueTask SubmitAsync(
        ReadOnlyMemory<byte> message, Batch batch, int index, StoreConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (connection.Submit(message.Span, batch, index, out _))
            {
                case SubmitResult.Accepted:
                    return;
                case SubmitResult.Broken:
                    throw Lost();
                default:
                    connection.Flush(mayBlock: false);
                    await connection.WaitForRoomAsync(MessageHeader.Read(message.Span).Type, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }
}
