using System;
using System.Threading;
using Xen.Store;
using Xen.Sys;

namespace Xen.Domain.Tests.Support;

/// <summary>The daemon's end of a ring: moves bytes between it and a connection, some at a time.</summary>
// SAFETY: the ring is a page of the machine's, and places in its arrays are taken modulo their size.
internal sealed unsafe class StoreRingPump(xenstore_domain_interface* ring, IXenStoreTransport connection, int chunk)
{
    private readonly byte[] _answer = new byte[chunk];
    private int _start;
    private int _end;

    /// <summary>Moves what there is, a piece each way.</summary>
    /// <returns>Whether there was something.</returns>
    internal bool Move()
    {
        var count = (int)Math.Min(Volatile.Read(ref ring->req_prod) - ring->req_cons, (uint)chunk);
        var request = new byte[count];
        for (var i = 0; i < count; i++)
            request[i] = ((byte*)&ring->req)[(ring->req_cons + (uint)i) % StoreRing.Size];
        var sent = count == 0 ? 0 : connection.Send(request, TimeSpan.Zero);
        Volatile.Write(ref ring->req_cons, ring->req_cons + (uint)sent);

        if (_start == _end)
        {
            _start = 0;
            _end = Math.Max(connection.Receive(_answer, TimeSpan.Zero), 0);
        }

        var moved = 0;
        for (; _start < _end && ring->rsp_prod - Volatile.Read(ref ring->rsp_cons) < StoreRing.Size; moved++)
        {
            ((byte*)&ring->rsp)[ring->rsp_prod % StoreRing.Size] = _answer[_start++];
            Volatile.Write(ref ring->rsp_prod, ring->rsp_prod + 1);
        }

        return sent > 0 || moved > 0;
    }
}
