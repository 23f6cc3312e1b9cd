using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>A connection after the handshake: many requests on their way at once, told apart by their cookies.</summary>
/// <remarks>
/// Any thread sends. One thread receives and, when the connection is over, closes it; nobody else ends a request.
/// </remarks>
internal sealed class NbdConnection(NbdStream stream, NbdExport export, Action<NbdRequest> completing)
{
    private const int MaxErrorChunk = 64 << 10;
    private const int ErrorHeader = 6;
    private const int HoleLength = 12;
    private const int OffsetLength = 8;

    private readonly Dictionary<ulong, NbdRequest> _pending = [];
    private readonly Lock _gate = new();
    private readonly Lock _sending = new();
    private ulong _lastCookie;
    private bool _closed;

    public NbdExport Export => export;

    /// <summary>Whether the server has answered a request.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Sends a request. It will be ended, whatever happens.</summary>
    /// <returns>False if the connection is over: the request has not been sent.</returns>
    public bool TrySend(NbdRequest request)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            request.Begin(++_lastCookie);
            _pending.Add(request.Cookie, request);
        }

        try
        {
            lock (_sending)
                stream.Write(request.Format());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Abort();
        }

        return true;
    }

    /// <summary>Says goodbye, if that can be said.</summary>
    public void Disconnect()
    {
        var request = new NbdRequest();
        request.Prepare(NbdCommand.Disconnect, 0, 0, 0, null);
        try
        {
            // Somebody who sends may hang there.
            if (_sending.TryEnter())
            {
                try
                {
                    stream.Write(request.Format());
                }
                finally
                {
                    _sending.Exit();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Then not.
        }
    }

    /// <summary>From now on nothing may come for any length of time: there is nothing to answer.</summary>
    /// <param name="send">How long a request may take to be sent.</param>
    public void WaitForever(TimeSpan send) => stream.SetTimeouts(send, receive: null);

    /// <summary>Makes the receiving thread find that the connection is over. From any thread.</summary>
    public void Abort() => stream.Dispose();

    /// <summary>Ends the connection. What was on its way is lost. By the receiving thread.</summary>
    public void Close()
    {
        stream.Dispose();
        lock (_gate)
        {
            _closed = true;
            foreach (var request in _pending.Values)
                request.End(NbdRequestState.Lost);
            _pending.Clear();
        }
    }

    /// <summary>Receives until the connection is over.</summary>
    /// <exception cref="NbdProtocolException">The server says what it must not say.</exception>
    /// <exception cref="IOException">The connection has ended.</exception>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public void ReceiveAll()
    {
        while (true)
            ReceiveOne();
    }

    /// <summary>Receives one reply, or one chunk of one.</summary>
    public void ReceiveOne()
    {
        Span<byte> header = stackalloc byte[NbdProtocol.StructuredReplySize];
        stream.Read(header[..NbdProtocol.SimpleReplySize]);
        var request = Find(BinaryPrimitives.ReadUInt64BigEndian(header[8..]));
        switch (BinaryPrimitives.ReadUInt32BigEndian(header))
        {
            case NbdProtocol.SimpleReplyMagic when !(export.StructuredReplies && request.Command == NbdCommand.Read):
                ReceiveSimple(request, BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
                break;
            case NbdProtocol.StructuredReplyMagic when export.StructuredReplies:
                stream.Read(header[NbdProtocol.SimpleReplySize..]);
                ReceiveChunk(
                    request, BinaryPrimitives.ReadUInt16BigEndian(header[6..]),
                    BinaryPrimitives.ReadUInt32BigEndian(header[16..]));
                if ((BinaryPrimitives.ReadUInt16BigEndian(header[4..]) & NbdProtocol.ChunkDone) != 0)
                    FinishChunks(request);
                break;
            default:
                throw new NbdProtocolException("the server answers in a form that was not agreed on");
        }
    }

    private NbdRequest Find(ulong cookie)
    {
        lock (_gate)
        {
            return _pending.TryGetValue(cookie, out var request)
                ? request
                : throw new NbdProtocolException("the server answers a request that there is not");
        }
    }

    private void ReceiveSimple(NbdRequest request, uint error)
    {
        if (error == 0 && request.Command == NbdCommand.Read)
            stream.Read(request.Data);
        request.Error = error;
        Finish(request);
    }

    private void ReceiveChunk(NbdRequest request, ushort type, uint length)
    {
        switch (type)
        {
            case NbdProtocol.ChunkNone when length == 0:
                break;
            case NbdProtocol.ChunkOffsetData when length > OffsetLength && request.Command == NbdCommand.Read:
                stream.Read(TakePart(request, length - OffsetLength, ReadOffset()));
                break;
            case NbdProtocol.ChunkOffsetHole when length == HoleLength && request.Command == NbdCommand.Read:
                var offset = ReadOffset();
                TakePart(request, ReadUInt32(), offset).Clear();
                break;
            case >= NbdProtocol.ChunkErrorBit when length is >= ErrorHeader and <= MaxErrorChunk:
                ReceiveError(request, (int)length);
                break;
            default:
                throw new NbdProtocolException($"the server sends a chunk of type {type:x} and {length} bytes");
        }
    }

    // The bytes of a read that a chunk is for.
    private static Span<byte> TakePart(NbdRequest request, uint length, ulong offset)
    {
        var start = offset - (ulong)request.Offset;
        if (length == 0 || start > (uint)request.Length || length > (uint)request.Length - start)
            throw new NbdProtocolException("the server sends bytes that were not asked for");
        if (!request.Coverage.TryAdd((int)start, (int)length))
            throw new NbdProtocolException("the server sends bytes twice, or in too many pieces");
        return request.Data.Slice((int)start, (int)length);
    }

    // The text, and what some types add, is of no use here.
    private void ReceiveError(NbdRequest request, int length)
    {
        Span<byte> header = stackalloc byte[ErrorHeader];
        stream.Read(header);
        var error = BinaryPrimitives.ReadUInt32BigEndian(header);
        var messageLength = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        if (error == 0 || messageLength > length - ErrorHeader)
            throw new NbdProtocolException("the server sends an error that is none");
        stream.Skip(length - ErrorHeader);
        if (request.Error == 0)
            request.Error = error;
    }

    private void FinishChunks(NbdRequest request)
    {
        if (request.Command == NbdCommand.Read && request.Error == 0 && !request.Coverage.Covers(request.Length))
            throw new NbdProtocolException("the server leaves bytes out");
        Finish(request);
    }

    private void Finish(NbdRequest request)
    {
        // It will be served after a reconnection.
        if (request.Error == NbdProtocol.ErrorShutdown)
            throw new NbdProtocolException("the server is shutting down");

        lock (_gate)
            _pending.Remove(request.Cookie);
        HasAnswered = true;
        completing(request);
        request.End(NbdRequestState.Completed);
    }

    private ulong ReadOffset()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        stream.Read(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        stream.Read(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
