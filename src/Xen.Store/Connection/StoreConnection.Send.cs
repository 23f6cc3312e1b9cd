using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <content>Requests on their way out.</content>
internal sealed partial class StoreConnection
{
    private const int RequestIdOffset = 4;

    private readonly LinkedList<TaskCompletionSource> _waitingForRoom = new();
    private bool _isSending;

    // How much the daemon may have of all that there ever was to send: what a call has in hand may be gone before it returns.
    private long _offered;
    private long _sent;

    /// <summary>Adds a request to what is to be sent.</summary>
    /// <param name="message">The message; its request id is filled in.</param>
    /// <param name="target">Who waits for the answer.</param>
    /// <param name="tag">Which of the target's requests it is.</param>
    /// <param name="id">Its id, for <see cref="Abandon"/>.</param>
    internal SubmitResult Submit(ReadOnlySpan<byte> message, IReplyTarget target, int tag, out uint id)
    {
        id = 0;
        var type = MessageHeader.Read(message).Type;
        lock (_gate)
        {
            if (_broken is not null)
                return SubmitResult.Broken;
            var started = _requestTimeout is null ? 0 : Stopwatch.GetTimestamp();
            var entry = new PendingEntry(target, tag, type, _outgoing.Total, started);
            if (!_pending.TryAdd(entry, out id))
                return SubmitResult.Full;
            var place = _outgoing.Add(message);
            BinaryPrimitives.WriteUInt32LittleEndian(place[RequestIdOffset..], id);
            return SubmitResult.Accepted;
        }
    }

    /// <summary>Waits until there may be room for a request.</summary>
    /// <param name="type">What is to be asked.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreTimeoutException">There was none in the time that the options give a request.</exception>
    internal Task WaitForRoomAsync(MessageType type, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Answers may have made room since it was found to be full: then no further one needs to come.
            if (_broken is not null || _pending.HasRoom)
                return Task.CompletedTask;
            var place = _waitingForRoom.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            WakeReceiver();
            return cancellationToken.CanBeCanceled || _requestTimeout is not null
                ? WaitForRoomAsync(place, type, cancellationToken)
                : place.Value.Task;
        }
    }

    /// <summary>Gives up a request: its answer will be taken, and nobody told.</summary>
    /// <param name="id">The request.</param>
    /// <param name="target">Who waits for it.</param>
    /// <returns>False if it was answered, or failed, before.</returns>
    internal bool Abandon(uint id, IReplyTarget target)
    {
        lock (_gate)
            return _pending.TryReplace(id, target, ForgottenReply.Instance);
    }

    /// <summary>Sends what is to be sent, unless another thread is at it.</summary>
    /// <param name="mayBlock">
    /// Whether to wait here if the daemon does not take it; else a thread of its own does the waiting.
    /// </param>
    internal void Flush(bool mayBlock)
    {
        ReadOnlyMemory<byte> bytes;
        lock (_gate)
        {
            if (_isSending || !_outgoing.HasBytes || _broken is not null)
                return;
            _isSending = true;
            bytes = _outgoing.Take();
        }

        // A caller whose request has a time limit must be there when it is over.
        Send(bytes, mayBlock && _requestTimeout is null);
    }

    private void Send(ReadOnlyMemory<byte> bytes, bool mayBlock)
    {
        try
        {
            while (true)
            {
                while (!bytes.IsEmpty)
                {
                    var taken = SendPiece(bytes.Span, TimeSpan.Zero);
                    if (taken == 0)
                    {
                        // The daemon may be waiting for us to take its answers before it takes more.
                        lock (_gate)
                            WakeReceiver();
                        if (!mayBlock)
                        {
                            SendElsewhere(bytes);
                            return;
                        }

                        taken = SendPiece(bytes.Span, Timeout.InfiniteTimeSpan);
                    }

                    bytes = bytes[taken..];
                }

                lock (_gate)
                {
                    if (!_outgoing.HasBytes || _broken is not null)
                    {
                        _isSending = false;
                        return;
                    }

                    bytes = _outgoing.Take();
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // A call that fails has sent nothing.
            Volatile.Write(ref _offered, _sent);
            Break(error);
        }
    }

    private int SendPiece(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        var piece = NextPiece(bytes);
        Volatile.Write(ref _offered, _sent + piece.Length);
        var taken = _transport.Send(piece, timeout);
        _sent += taken;
        Volatile.Write(ref _offered, _sent);
        return taken;
    }

    private ReadOnlySpan<byte> NextPiece(ReadOnlySpan<byte> bytes)
    {
        if (!_transport.Traits.HasFlag(XenStoreTransportTraits.OneMessagePerSend))
            return bytes;
        return bytes[..(MessageHeader.Size + (int)MessageHeader.Read(bytes).Length)];
    }

    private void SendElsewhere(ReadOnlyMemory<byte> bytes) =>
        new Thread(() => Send(bytes, mayBlock: true)) { IsBackground = true, Name = "xenstore sender" }.Start();

    private async Task WaitForRoomAsync(
        LinkedListNode<TaskCompletionSource> place, MessageType type, CancellationToken cancellationToken)
    {
        var timeout = _requestTimeout ?? Timeout.InfiniteTimeSpan;
        try
        {
            await place.Value.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutException)
        {
            lock (_gate)
            {
                // Who gives up just when there is room lets the next one have it.
                if (place.List is null)
                    LetOneIn();
                else
                    _waitingForRoom.Remove(place);
            }

            if (error is TimeoutException)
                throw new XenStoreTimeoutException(RequestNames.Name(type), timeout);
            throw;
        }
    }

    private void LetOneIn()
    {
        if (_waitingForRoom.First is not { } place)
            return;
        _waitingForRoom.Remove(place);
        place.Value.TrySetResult();
    }

    private void LetAllIn()
    {
        while (_waitingForRoom.Count > 0)
            LetOneIn();
    }
}
