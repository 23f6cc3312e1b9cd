using System;
using Xen.Store.Protocol;
using Xen.Sys;

namespace Xen.Domain;

/// <content>A request goes out in as many pieces as the ring has room for, and its answer comes back in any.</content>
public ref partial struct StoreClient
{
    private StoreResult Exchange<TPlatform, TTransport>(
        ref TPlatform platform,
        TTransport transport,
        MessageWriter request,
        MessageType type,
        out ReadOnlySpan<byte> payload)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        payload = default;
        if (!_ring.IsPresent)
            return StoreResult.Of(StoreStatus.Absent);
        if (_isBroken)
            return StoreResult.Of(StoreStatus.Broken);
        if (!request.TryEnd(out var size))
            return StoreResult.Of(StoreStatus.TooLong);

        var deadline = Deadline(ref platform);
        var status = Send(ref platform, transport, _memory[..size], deadline);
        while (status == StoreStatus.Done)
        {
            status = Receive(ref platform, transport, deadline, out var header, out var received);
            if (status != StoreStatus.Done)
                break;
            if (header.RequestId != _lastId || header.Type == MessageType.WatchEvent)
            {
                // However many of those there are, they do not keep it for ever.
                status = platform.SystemTime >= deadline ? StoreStatus.TimedOut : StoreStatus.Done;
                continue;
            }

            if (header.Type == MessageType.Error)
                return StoreResult.Refused(ErrorNames.Parse(received));
            if (header.Type != type)
                return Fail(StoreStatus.Broken);
            payload = received;
            return default;
        }

        return StoreResult.Of(status);
    }

    // A request that went out in part cannot be taken back: the stream is of no use then.
    private StoreStatus Send<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, ReadOnlySpan<byte> bytes, ulong deadline)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var length = bytes.Length;
        while (true)
        {
            if (!_ring.Write(bytes, out var written))
                return Fail(StoreStatus.Broken).Status;
            if (written > 0)
                EventChannelOp.Send(transport, platform.StorePort);
            bytes = bytes[written..];
            if (bytes.IsEmpty)
                return StoreStatus.Done;
            if (platform.SystemTime >= deadline)
                return bytes.Length == length ? StoreStatus.TimedOut : Fail(StoreStatus.TimedOut).Status;
            if (written == 0)
                platform.SleepUntil(deadline);
        }
    }

    // No byte beyond the message is taken. One that did not come in full cannot be found again.
    private StoreStatus Receive<TPlatform, TTransport>(
        ref TPlatform platform,
        TTransport transport,
        ulong deadline,
        out MessageHeader header,
        out ReadOnlySpan<byte> payload)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        header = default;
        payload = default;
        var have = 0;
        while (true)
        {
            switch (MessageParser.Read(_memory[..have], out var message, out var needed))
            {
                case ParseStatus.Complete:
                    header = message.Header;
                    payload = message.Payload;
                    return StoreStatus.Done;
                case ParseStatus.TooLong:
                    return Fail(StoreStatus.Broken).Status;
            }

            if (!_ring.Read(_memory[have..needed], out var taken))
                return Fail(StoreStatus.Broken).Status;
            have += taken;
            if (taken > 0)
            {
                EventChannelOp.Send(transport, platform.StorePort);
                continue;
            }

            if (platform.SystemTime >= deadline)
                return have == 0 ? StoreStatus.TimedOut : Fail(StoreStatus.TimedOut).Status;
            platform.SleepUntil(deadline);
        }
    }

    private StoreResult Fail(StoreStatus status)
    {
        _isBroken = true;
        return StoreResult.Of(status);
    }
}
