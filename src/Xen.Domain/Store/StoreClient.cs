using System;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Sys;

namespace Xen.Domain;

/// <summary>A client of XenStore for a domain without an operating system: one request at a time, no watches.</summary>
/// <remarks>
/// It has the caller's memory for the longest message, and waits by <see cref="IDomainPlatform.SleepUntil"/>. What it gives
/// lies in that memory, and is valid until the next request, so a path must not come from there. Answers that nobody
/// waits for any more, and events, are skipped.
/// </remarks>
public ref partial struct StoreClient
{
    /// <summary>Bytes of memory that it needs: the longest message.</summary>
    public const int MemoryLength = MessageHeader.Size + XenStoreLimits.MaximumPayload;

    private const ulong DefaultPatience = 5_000_000_000;

    private readonly Span<byte> _memory;
    private StoreRing _ring;
    private uint _lastId;
    private bool _isBroken;

    /// <summary>A client on the ring of a domain.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="memory">At least <see cref="MemoryLength"/> bytes.</param>
    public StoreClient(StoreRing ring, Span<byte> memory)
    {
        _ring = ring;
        _memory = memory;
        _isBroken = memory.Length < MemoryLength;
        Patience = DefaultPatience;
    }

    /// <summary>Nanoseconds that an answer may take; 5 s unless it is set.</summary>
    public ulong Patience { get; set; }

    /// <summary>A client on the ring of a platform.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="memory">At least <see cref="MemoryLength"/> bytes.</param>
    // SAFETY: the platform vouches for its page, for as long as the domain runs.
    public static unsafe StoreClient Open<TPlatform>(ref TPlatform platform, Span<byte> memory)
        where TPlatform : IDomainPlatform => new(new StoreRing(platform.StoreRing), memory);

    /// <summary>Reads a node.</summary>
    /// <param name="platform">The platform whose ring it is.</param>
    /// <param name="transport">The way to Xen, for notifications.</param>
    /// <param name="path">Absolute, or relative to the domain's own part of the store; without a NUL.</param>
    /// <param name="value">Its value, if that is done.</param>
    public StoreResult Read<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, scoped ReadOnlySpan<byte> path, out ReadOnlySpan<byte> value)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var writer = Begin(MessageType.Read);
        writer.AddString(path);
        return Exchange(ref platform, transport, writer, MessageType.Read, out value);
    }

    /// <summary>Gives a node a value, and makes it if it is not there.</summary>
    /// <param name="platform">The platform whose ring it is.</param>
    /// <param name="transport">The way to Xen, for notifications.</param>
    /// <param name="path">As in <see cref="Read"/>.</param>
    /// <param name="value">The value.</param>
    public StoreResult Write<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, scoped ReadOnlySpan<byte> path, scoped ReadOnlySpan<byte> value)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var writer = Begin(MessageType.Write);
        writer.AddString(path);
        writer.Add(value);
        return Exchange(ref platform, transport, writer, MessageType.Write, out _);
    }

    /// <summary>Lists the children of a node.</summary>
    /// <param name="platform">The platform whose ring it is.</param>
    /// <param name="transport">The way to Xen, for notifications.</param>
    /// <param name="path">As in <see cref="Read"/>.</param>
    /// <param name="names">Their names, if that is done. More than fit a message are refused with E2BIG.</param>
    public StoreResult Directory<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, scoped ReadOnlySpan<byte> path, out StringList names)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var writer = Begin(MessageType.Directory);
        writer.AddString(path);
        var result = Exchange(ref platform, transport, writer, MessageType.Directory, out var payload);
        names = new StringList(payload);
        return result;
    }

    /// <summary>Begins the connection anew, where the daemon can: watches and transactions are lost, nodes are not.</summary>
    /// <param name="platform">The platform whose ring it is.</param>
    /// <param name="transport">The way to Xen, for notifications.</param>
    /// <returns>Broken if the daemon cannot.</returns>
    public StoreResult Reconnect<TPlatform, TTransport>(ref TPlatform platform, TTransport transport)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        if (!_ring.CanReconnect)
            return StoreResult.Of(_ring.IsPresent ? StoreStatus.Broken : StoreStatus.Absent);

        _ring.RequestReconnection();
        EventChannelOp.Send(transport, platform.StorePort);
        var deadline = Deadline(ref platform);
        while (!_ring.IsConnected)
        {
            if (platform.SystemTime >= deadline)
                return StoreResult.Of(StoreStatus.TimedOut);
            platform.SleepUntil(deadline);
        }

        _ring.Synchronise();
        _isBroken = _memory.Length < MemoryLength;
        return default;
    }

    private MessageWriter Begin(MessageType type) => new(_memory, type, ++_lastId, transactionId: 0);

    private readonly ulong Deadline<TPlatform>(ref TPlatform platform)
        where TPlatform : IDomainPlatform
    {
        var now = platform.SystemTime;
        return Patience > ulong.MaxValue - now ? ulong.MaxValue : now + Patience;
    }
}
