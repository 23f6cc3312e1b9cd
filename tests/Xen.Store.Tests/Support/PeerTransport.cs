using System;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Support;

/// <summary>The client's side of a connection in memory.</summary>
internal sealed class PeerTransport(Peer peer, XenStoreTransportTraits traits, int chunk) : IXenStoreTransport
{
    public XenStoreTransportTraits Traits => traits;

    public int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        if (traits.HasFlag(XenStoreTransportTraits.OneMessagePerSend)
            && bytes.Length != MessageHeader.Size + MessageHeader.Read(bytes).Length)
        {
            throw new InvalidOperationException("a send must have one message");
        }

        return peer.Incoming.Write(bytes, timeout);
    }

    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        Assert.False(buffer.IsEmpty);
        return peer.Outgoing.Read(buffer[..Math.Min(buffer.Length, chunk)], timeout);
    }

    public void Dispose() => peer.Close();
}
