using System;
using System.Collections.Generic;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Support;

/// <summary>Makes packets of a stream of bytes.</summary>
internal sealed class PacketReader
{
    private readonly MessageBuffer _buffer = new();

    internal List<Packet> Add(ReadOnlySpan<byte> bytes)
    {
        var packets = new List<Packet>();
        while (!bytes.IsEmpty)
        {
            var space = _buffer.FreeSpace;
            var count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            _buffer.Advance(count);
            bytes = bytes[count..];
            while (_buffer.Read(out var message) == ParseStatus.Complete)
                packets.Add(new Packet(message.Header, message.Payload.ToArray()));
        }

        return packets;
    }
}
