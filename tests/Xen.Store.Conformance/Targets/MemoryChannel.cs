using System;
using System.Threading;

namespace Xen.Store.Conformance.Targets;

/// <summary>A connection to the store in memory.</summary>
internal sealed class MemoryChannel(IXenStoreTransport transport) : IByteChannel, IDisposable
{
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[transport.Send(bytes, Timeout.InfiniteTimeSpan)..];
    }

    public void Dispose() => transport.Dispose();

    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        var received = transport.Receive(buffer, timeout);
        return received >= 0 ? received : throw new TimeoutException($"nothing came in {timeout}");
    }
}
