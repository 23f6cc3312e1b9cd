using System;
using System.Collections.Generic;
using System.IO;
using Xen.Store.Protocol;

namespace Xen.Store.Conformance.Targets;

/// <summary>A client with nothing between it and the bytes.</summary>
internal sealed class Peer(IByteChannel channel)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly MessageBuffer _input = new();
    private readonly List<string> _events = [];
    private uint _lastRequest;
    private bool _isImpatient;

    /// <summary>Sends a request and waits for its reply; what comes before are events.</summary>
    internal Answer Ask(MessageType type, uint transaction, ReadOnlySpan<byte> payload, TimeSpan? limit = null)
    {
        Send(type, transaction, payload);
        return Receive(limit);
    }

    /// <summary>Sends a request.</summary>
    internal void Send(MessageType type, uint transaction, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[MessageHeader.Size + payload.Length];
        new MessageHeader(type, ++_lastRequest, transaction, (uint)payload.Length).Write(bytes);
        payload.CopyTo(bytes.AsSpan(MessageHeader.Size));
        channel.Send(bytes);
    }

    /// <summary>Sends bytes that need not be a request.</summary>
    internal void SendBytes(ReadOnlySpan<byte> bytes) => channel.Send(bytes);

    /// <summary>Waits for the reply to the last request.</summary>
    /// <exception cref="TimeoutException">There is none.</exception>
    /// <exception cref="EndOfStreamException">The store has closed the connection.</exception>
    /// <exception cref="InvalidDataException">The store has sent more than it may.</exception>
    internal Answer Receive(TimeSpan? limit = null)
    {
        // A reply that comes late is not the next request's.
        _isImpatient |= limit is not null;
        while (true)
        {
            switch (_input.Read(out var message))
            {
                case ParseStatus.Complete when message.Header.Type == MessageType.WatchEvent:
                    Assert.Equal((0u, 0u), (message.Header.RequestId, message.Header.TransactionId));
                    _events.Add(Answer.Show(message.Payload));
                    break;
                // Of a request that was not waited for to the end.
                case ParseStatus.Complete when _isImpatient && message.Header.RequestId < _lastRequest:
                    break;
                case ParseStatus.Complete:
                    Assert.Equal(_lastRequest, message.Header.RequestId);
                    return new Answer(message.Header.Type, message.Header.TransactionId, Answer.Show(message.Payload));
                case ParseStatus.NeedMoreData:
                    var received = channel.Receive(_input.FreeSpace, limit ?? Limit);
                    if (received == 0)
                        throw new EndOfStreamException("the store has closed the connection");
                    _input.Advance(received);
                    break;
                default:
                    throw new InvalidDataException("the store has sent a message that is too long");
            }
        }
    }

    /// <summary>Asks what changes nothing: what was sent before its reply has come then.</summary>
    internal void SendFence() => Send(MessageType.GetDomainPath, 0, "1\0"u8);

    /// <summary>Ends the connection.</summary>
    internal void Close() => (channel as IDisposable)?.Dispose();

    /// <summary>The events since the last call, in the order of their coming.</summary>
    internal List<string> TakeEvents()
    {
        List<string> events = [.. _events];
        _events.Clear();
        return events;
    }
}
