using System;
using System.IO;
using System.Threading;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>Finds out whether answers carry the ids of their requests: the first request of a connection tells.</summary>
internal static class RequestIdProbe
{
    // No kernel counts up to it soon.
    private const uint Id = 0x7EDC_BA98;

    /// <summary>Asks for something harmless, and looks at the answer's id. Nothing else may be under way.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="timeout">How long the daemon may take.</param>
    /// <exception cref="IOException">The connection ended, or there was no answer in time.</exception>
    internal static bool AreKept(IXenStoreTransport transport, TimeSpan timeout)
    {
        Span<byte> request = stackalloc byte[MessageHeader.Size + 2];
        var writer = new MessageWriter(request, MessageType.GetDomainPath, Id, 0);
        writer.AddString("0"u8);
        writer.TryEnd(out var size);
        transport.Send(request[..size], Timeout.InfiniteTimeSpan);

        var incoming = new MessageBuffer();
        while (true)
        {
            var count = transport.Receive(incoming.FreeSpace, timeout);
            if (count <= 0)
                throw new IOException(count == 0 ? "it was closed at once" : "the daemon does not answer: does xenstored run?");
            incoming.Advance(count);
            switch (incoming.Read(out var reply))
            {
                case ParseStatus.Complete:
                    return reply.Header.RequestId == Id;
                case ParseStatus.TooLong:
                    throw new IOException("the daemon answers with a message of impossible length");
                default:
                    break;
            }
        }
    }
}
