using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Xen.Store.Tests.Support;

/// <summary>Another endpoint, with a record of all messages that go over its connections.</summary>
internal sealed class RecordingEndpoint(XenStoreEndpoint inner) : XenStoreEndpoint
{
    private readonly Lock _gate = new();
    private readonly List<Packet> _sent = [];
    private readonly List<Packet> _received = [];

    public override string Name => inner.Name;

    internal Packet[] Sent
    {
        get
        {
            lock (_gate)
                return [.. _sent];
        }
    }

    internal Packet[] Received
    {
        get
        {
            lock (_gate)
                return [.. _received];
        }
    }

    public override IXenStoreTransport Open() => new Transport(this, inner.Open());

    /// <summary>The answer to a request.</summary>
    internal Packet? AnswerTo(Packet request) =>
        Received.LastOrDefault(packet => packet.Header.RequestId == request.Header.RequestId);

    private sealed class Transport(RecordingEndpoint owner, IXenStoreTransport inner) : IXenStoreTransport
    {
        private readonly PacketReader _outgoing = new();
        private readonly PacketReader _incoming = new();

        public XenStoreTransportTraits Traits => inner.Traits;

        public int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout)
        {
            var count = inner.Send(bytes, timeout);
            Record(_outgoing, owner._sent, bytes[..count]);
            return count;
        }

        public int Receive(Span<byte> buffer, TimeSpan timeout)
        {
            var count = inner.Receive(buffer, timeout);
            Record(_incoming, owner._received, buffer[..Math.Max(count, 0)]);
            return count;
        }

        public void Dispose() => inner.Dispose();

        private void Record(PacketReader reader, List<Packet> list, ReadOnlySpan<byte> bytes)
        {
            lock (owner._gate)
                list.AddRange(reader.Add(bytes));
        }
    }
}
