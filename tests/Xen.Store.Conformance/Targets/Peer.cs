using System;
using System.Collections.Generic;
using System.IO;
using Xen.Store.Protocol;

namespace Xen.Store.Conformance.Targets;

/// <summary>A client with nothing between it and the bytes.</summary>
internal sealed class Peer(IByteChannel channel)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MessageBuffer _input = new();
    private readonly List<string> _events = [];
    private uint _lastRequest;

    /// <summary>Sends a request and waits for its reply; what comes before are events.</summary>
    internal Answer Ask(MessageType type, uint transaction, ReadOnlySpan<byte> payload)
    {
        Send(type, transaction, payload);
        return Receive();
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
    internal Answer Receive()
    {
        while (true)
        {
            switch (_input.Read(out var message))
            {
                case ParseStatus.Complete when message.Header.Type == MessageType.WatchEvent:
                    Assert.Equal((0u, 0u), (message.Header.RequestId, message.Header.TransactionId));
                    _events.Add(Answer.Show(message.Payload));
                    break;
                case ParseStatus.Complete:
                    Assert.Equal(_lastRequest, message.Header.RequestId);
                    return new Answer(message.Header.Type, message.Header.TransactionId, Answer.Show(message.Payload));
                case ParseStatus.NeedMoreData:
                    var received = channel.Receive(_input.FreeSpace, Limit);
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

    /// <summary>The events since the last call, in the order of their coming.</summary>
    internal List<string> TakeEvents()
    {
        List<string> events = [.. _events];
        _events.Clear();
        return events;
    }
}
