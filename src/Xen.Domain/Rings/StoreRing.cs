using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Domain;

/// <summary>
/// The domain's end of its XenStore ring: two streams of bytes. C origin: <c>struct xenstore_domain_interface</c>,
/// public/io/xs_wire.h; docs/misc/xenstore-ring.txt.
/// </summary>
/// <remarks>
/// Not thread-safe. After <see cref="Write"/> and <see cref="Read"/> the daemon is to be notified by the ring's event
/// channel. It is not trusted: an impossible index makes both answer false, and nothing is copied.
/// </remarks>
// SAFETY: whoever makes one vouches for the page, which stays mapped; RingBytes keeps to its two arrays.
public unsafe struct StoreRing
{
    /// <summary>Bytes of each of the two rings. C origin: <c>XENSTORE_RING_SIZE</c>.</summary>
    public const int Size = 1024;

    private readonly xenstore_domain_interface* _ring;
    private uint _produced;
    private uint _consumed;

    /// <summary>Goes on where the indexes of the page stand.</summary>
    /// <param name="ring">The shared page; null for none, which is as one whose daemon is broken.</param>
    public StoreRing(xenstore_domain_interface* ring)
    {
        _ring = ring;
        Synchronise();
    }

    /// <summary>Whether there is a ring at all.</summary>
    public readonly bool IsPresent => _ring is not null;

    /// <summary>
    /// Whether the daemon can begin the connection anew. C origin: <c>XENSTORE_SERVER_FEATURE_RECONNECTION</c>.
    /// </summary>
    public readonly bool CanReconnect => _ring is not null
        && (Volatile.Read(ref _ring->server_features) & XenAbi.XENSTORE_SERVER_FEATURE_RECONNECTION) != 0;

    /// <summary>Whether no reconnection is under way. C origin: <c>XENSTORE_CONNECTED</c>.</summary>
    public readonly bool IsConnected =>
        _ring is not null && Volatile.Read(ref _ring->connection) == XenAbi.XENSTORE_CONNECTED;

    /// <summary>Sends as many bytes as there is room for.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="written">How many went in.</param>
    /// <returns>False if there is no ring, or the daemon's index is impossible.</returns>
    public bool Write(ReadOnlySpan<byte> source, out int written)
    {
        written = 0;
        if (_ring is null || !RingBytes.TryMeasure(_produced, Volatile.Read(ref _ring->req_cons), Size, out var used))
            return false;

        written = Math.Min(source.Length, Size - used);
        RingBytes.Put((byte*)&_ring->req, Size, _produced, source[..written]);
        _produced += (uint)written;
        Volatile.Write(ref _ring->req_prod, _produced);
        return true;
    }

    /// <summary>Takes as many bytes as there are.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="taken">How many there were; 0 if nothing has come.</param>
    /// <returns>False if there is no ring, or the daemon's index is impossible.</returns>
    public bool Read(Span<byte> destination, out int taken)
    {
        taken = 0;
        if (_ring is null || !RingBytes.TryMeasure(Volatile.Read(ref _ring->rsp_prod), _consumed, Size, out var used))
            return false;

        taken = Math.Min(destination.Length, used);
        RingBytes.Take((byte*)&_ring->rsp, Size, _consumed, destination[..taken]);
        _consumed += (uint)taken;
        Volatile.Write(ref _ring->rsp_cons, _consumed);
        return true;
    }

    /// <summary>Asks for a new connection: the caller notifies, waits until <see cref="IsConnected"/>, and synchronises.</summary>
    public readonly void RequestReconnection()
    {
        if (_ring is not null)
            Volatile.Write(ref _ring->connection, XenAbi.XENSTORE_RECONNECT);
    }

    /// <summary>Takes the indexes as they stand in the page: the daemon has set them back.</summary>
    public void Synchronise()
    {
        if (_ring is null)
            return;
        _produced = Volatile.Read(ref _ring->req_prod);
        _consumed = Volatile.Read(ref _ring->rsp_cons);
    }
}
