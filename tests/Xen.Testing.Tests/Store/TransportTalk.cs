using System;
using System.Text;
using Xen.Store;
using Xen.Store.Protocol;

namespace Xen.Testing.Tests.Store;

/// <summary>Talks over a transport with text for bytes: <c>|</c> is a NUL.</summary>
internal static class TransportTalk
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>A request as bytes.</summary>
    internal static byte[] Request(MessageType type, string payload, uint id = 1)
    {
        var text = Encoding.Latin1.GetBytes(payload.Replace('|', '\0'));
        var bytes = new byte[MessageHeader.Size + text.Length];
        new MessageHeader(type, id, 0, (uint)text.Length).Write(bytes);
        text.CopyTo(bytes, MessageHeader.Size);
        return bytes;
    }

    /// <summary>Sends a request, and gives the payload of the reply.</summary>
    internal static string Ask(IXenStoreTransport transport, MessageType type, string payload)
    {
        var request = Request(type, payload);
        Assert.Equal(request.Length, transport.Send(request, Limit));
        return Receive(transport).Text;
    }

    /// <summary>Receives a message.</summary>
    internal static (MessageHeader Header, string Text) Receive(IXenStoreTransport transport)
    {
        var header = MessageHeader.Read(ReceiveExactly(transport, MessageHeader.Size));
        var payload = ReceiveExactly(transport, (int)header.Length);
        return (header, Encoding.Latin1.GetString(payload).Replace('\0', '|'));
    }

    private static byte[] ReceiveExactly(IXenStoreTransport transport, int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var received = transport.Receive(bytes.AsSpan(filled), Limit);
            Assert.True(received > 0, $"received {received}");
            filled += received;
        }

        return bytes;
    }
}
