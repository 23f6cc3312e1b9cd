using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>Xen's side of the ring of requests that need no answer. C origin: <c>struct buffered_iopage</c>.</summary>
// SAFETY: the page lives as long as the server that made this object, and both are used under the domain's gate.
internal readonly unsafe struct BufferedIoreqPage(buffered_iopage* page)
{
    /// <summary>Entries of the ring.</summary>
    internal const uint Slots = XenAbi.IOREQ_BUFFER_SLOT_NUM;

    private const ulong HighestAddress = 0xfffff;

    /// <summary>Puts a request into the ring.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isAtomic">The server lets Xen turn both pointers back.</param>
    /// <returns>False if it does not fit: it must go the synchronous way.</returns>
    internal bool TryAdd(in ioreq request, bool isAtomic)
    {
        if (request.addr > HighestAddress || request.data_is_ptr != 0 || request.count != 1)
            return false;
        if (request.size is not (1 or 2 or 4 or 8))
            return false;

        var needed = request.size == sizeof(ulong) ? 2u : 1u;
        var (read, write) = (Volatile.Read(ref page->read_pointer), Volatile.Read(ref page->write_pointer));
        if (write - read > Slots - needed)
            return false;

        var entry = new buf_ioreq
        {
            type = request.type,
            dir = request.dir,
            size = (byte)System.Numerics.BitOperations.Log2(request.size),
            addr = (uint)request.addr,
            data = (uint)request.data,
        };
        Put(write, entry);
        if (needed == 2)
        {
            entry.data = (uint)(request.data >> 32);
            Put(write + 1, entry);
        }

        Volatile.Write(ref page->write_pointer, write + needed);
        if (isAtomic)
            TurnBack();
        return true;
    }

    private void Put(uint position, buf_ioreq entry) => page->buf_ioreq.AsSpan()[(int)(position % Slots)] = entry;

    // Before the pointers run over: both at once, unless the reader changes them meanwhile.
    private void TurnBack()
    {
        ref var both = ref *(ulong*)page;
        var seen = Volatile.Read(ref both);
        while ((uint)seen >= Slots)
        {
            var rounds = (uint)seen / Slots * Slots;
            var turned = (ulong)((uint)seen - rounds) | ((ulong)((uint)(seen >> 32) - rounds) << 32);
            var found = Interlocked.CompareExchange(ref both, turned, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }
}
