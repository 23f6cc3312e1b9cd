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

    private readonly Queue<TaskCompletionSource> _waitingForRoom = new();
    private bool _isSending;
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
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_broken is not null || _pending.HasRoom)
                return;
            _waitingForRoom.Enqueue(room);
            WakeReceiver();
        }

        // The one that is let in must be one that still wants to.
        await using (cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), room).ConfigureAwait(false))
        {
            await room.Task.ConfigureAwait(false);
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

        Send(bytes, mayBlock);
    }

    private void Send(ReadOnlyMemory<byte> bytes, bool mayBlock)
    {
        try
        {
            while (true)
            {
                while (!bytes.IsEmpty)
                {
                    var taken = _transport.Send(NextPiece(bytes.Span), TimeSpan.Zero);
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

                        taken = _transport.Send(NextPiece(bytes.Span), Timeout.InfiniteTimeSpan);
                    }

                    bytes = bytes[taken..];
                    Interlocked.Add(ref _sent, taken);
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
            Break(error);
        }
    }

    private ReadOnlySpan<byte> NextPiece(ReadOnlySpan<byte> bytes)
    {
        if (!_transport.Traits.HasFlag(XenStoreTransportTraits.OneMessagePerSend))
            return bytes;
        return bytes[..(MessageHeader.Size + (int)MessageHeader.Read(bytes).Length)];
    }

    private void SendElsewhere(ReadOnlyMemory<byte> bytes) =>
        new Thread(() => Send(bytes, mayBlock: true)) { IsBackground = true, Name = "xenstore sender" }.Start();

    private void LetOneIn()
    {
        while (_waitingForRoom.TryDequeue(out var room) && !room.TrySetResult())
        {
        }
    }

    private void LetAllIn()
    {
        while (_waitingForRoom.TryDequeue(out var room))
            room.TrySetResult();
    }
}
