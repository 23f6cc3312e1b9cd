using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Xen.Store;

namespace Xen.Testing.Store;

/// <summary>A client's end of a connection to a store in memory.</summary>
internal sealed class MemoryTransport(InMemoryXenStore store, StoreSession session) : IXenStoreTransport
{
    public XenStoreTransportTraits Traits => XenStoreTransportTraits.None;

    public int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var taken = store.Take(session, bytes);
            if (taken < 0)
                throw new IOException("the store in memory has ended the connection");
            if (taken > 0 || bytes.IsEmpty || !Wait(session.Writable, timeout, start))
                return taken;
        }
    }

    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var given = store.Give(session, buffer);
            if (given != 0)
                return int.Max(given, 0);
            if (!Wait(session.Readable, timeout, start))
                return -1;
        }
    }

    public void Dispose() => store.Close(session, isAbrupt: true);

    private static bool Wait(SemaphoreSlim signal, TimeSpan timeout, long start)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            timeout = TimeSpan.FromTicks(long.Max(0, (timeout - Stopwatch.GetElapsedTime(start)).Ticks));
        return signal.Wait(timeout);
    }
}
