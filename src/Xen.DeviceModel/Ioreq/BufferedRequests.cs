using System.Threading;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>The consumer of the ring of requests that need no answer. C origin: <c>struct buffered_iopage</c>.</summary>
/// <remarks>
/// Xen adds entries, and may turn both pointers back by a whole number of rounds at any time: so they are read as a pair, which
/// is of one moment, and the read pointer is only ever added to. The modes of a server differ in what Xen does; this serves both.
/// Nothing in the page is trusted: it is Xen's own, but a toolstack may have put it where the guest can reach it.
/// </remarks>
// SAFETY: the server's page stays mapped until its thread, the only user, has ended. Slots are found modulo their number.
internal readonly unsafe struct BufferedRequests(buffered_iopage* page)
{
    /// <summary>The most requests that can be waiting.</summary>
    internal const int Capacity = (int)XenAbi.IOREQ_BUFFER_SLOT_NUM;

    private const uint Slots = XenAbi.IOREQ_BUFFER_SLOT_NUM;
    private const int LargestSizeCode = 3;

    /// <summary>Carries out what waits, up to a number of requests.</summary>
    /// <param name="handler">Carries each out.</param>
    /// <param name="limit">How many at most, so that those who wait for answers are served in between.</param>
    /// <returns>True if more may be waiting.</returns>
    internal bool Serve(IoRequestHandler handler, int limit)
    {
        for (var served = 0; served < limit; served++)
        {
            // SAFETY: the pointers are the first eight bytes of the page. One read of both; the slots are looked at after it.
            var both = Volatile.Read(ref *(ulong*)page);
            var read = (uint)both;
            var waiting = (uint)(both >> 32) - read;
            if (waiting == 0)
                return false;

            Interlocked.Add(ref page->read_pointer, ServeOne(handler, read, waiting));
        }

        return true;
    }

    // Carries out the request at the read pointer, and says how far to move on.
    private uint ServeOne(IoRequestHandler handler, uint read, uint waiting)
    {
        // More than fits: the pointers mean nothing. What they span is dropped.
        if (waiting > Slots)
        {
            handler.CountMalformed();
            return waiting;
        }

        var entry = Slot(read);
        var isLong = entry.size == LargestSizeCode;
        if (isLong && waiting < 2)
        {
            handler.CountMalformed();
            return 1;
        }

        handler.HandleBuffered(new IoRequest
        {
            Kind = (IoreqKind)entry.type,
            Address = entry.addr,
            Size = 1u << entry.size,
            Count = 1,
            Data = entry.data | (isLong ? (ulong)Slot(read + 1).data << 32 : 0),
            IsRead = entry.dir == XenAbi.IOREQ_READ,
        });
        return isLong ? 2u : 1u;
    }

    private buf_ioreq Slot(uint position) => page->buf_ioreq[(int)(position % Slots)];
}
