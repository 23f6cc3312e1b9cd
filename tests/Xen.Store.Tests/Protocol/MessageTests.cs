using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Protocol;

/// <summary>Headers, messages, and the stream that they come in.</summary>
public sealed class MessageTests
{
    private const string ReadOfA = "02000000" + "04030201" + "00000000" + "03000000" + "2f6100";

    private static readonly Arbitrary<int> s_seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_102, 7919);

    [Fact]
    public void Request_has_the_bytes_of_the_wire()
    {
        Span<byte> bytes = stackalloc byte[64];
        var writer = new MessageWriter(bytes, MessageType.Read, 0x0102_0304, 0);
        writer.AddString("/a"u8);
        Assert.True(writer.TryEnd(out var size));
        Assert.Equal(ReadOfA, Convert.ToHexStringLower(bytes[..size]));
    }

    [Theory]
    [InlineData(ReadOfA, MessageType.Read, 0x0102_0304u, 0u, "/a\0")]
    // A write in a transaction: the value has no NUL.
    [InlineData("0b000000010000000700000006000000" + "2f61003d3000", MessageType.Write, 1u, 7u, "/a\0=0\0")]
    // An event: no request, no transaction, two strings.
    [InlineData("0f000000000000000000000008000000" + "2f612f6200333100", MessageType.WatchEvent, 0u, 0u, "/a/b\031\0")]
    // An error has its name as its payload.
    [InlineData("10000000090000000000000007000000" + "454e4f454e5400", MessageType.Error, 9u, 0u, "ENOENT\0")]
    // A payload may be empty: the value of a node that has none.
    [InlineData("02000000ffffffff0000000000000000", MessageType.Read, 0xffff_ffffu, 0u, "")]
    public void Message_is_read_from_the_bytes_of_the_wire(
        string hex, MessageType type, uint requestId, uint transactionId, string payload)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(ParseStatus.Complete, MessageParser.Read(bytes, out var message, out var size));
        Assert.Equal(bytes.Length, size);
        Assert.Equal(new MessageHeader(type, requestId, transactionId, (uint)payload.Length), message.Header);
        Assert.Equal(Packet.Make(type, 0, payload).Payload, message.Payload.ToArray());
        Assert.Equal(bytes, new Packet(message.Header, message.Payload.ToArray()).ToBytes());
    }

    [Fact]
    public void Message_that_is_not_complete_needs_more_and_says_how_much()
    {
        var bytes = Convert.FromHexString(ReadOfA);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(
                ParseStatus.NeedMoreData, MessageParser.Read(bytes.AsSpan(0, length), out var message, out var size));
            Assert.Equal(length < MessageHeader.Size ? MessageHeader.Size : bytes.Length, size);
            Assert.True(message.Payload.IsEmpty);
        }
    }

    [Theory]
    [InlineData(4096u, ParseStatus.NeedMoreData)]
    [InlineData(4097u, ParseStatus.TooLong)]
    [InlineData(0x8000_0000u, ParseStatus.TooLong)]
    [InlineData(uint.MaxValue, ParseStatus.TooLong)]
    public void Length_is_believed_up_to_the_protocols_limit(uint length, ParseStatus status)
    {
        var bytes = new byte[MessageHeader.Size];
        new MessageHeader(MessageType.Read, 1, 0, length).Write(bytes);
        Assert.Equal(status, MessageParser.Read(bytes, out _, out _));
    }

    [Fact]
    public void Payload_of_the_protocols_limit_fits_and_one_byte_more_does_not()
    {
        var bytes = new byte[2 * MessageBuffer.MinimumCapacity];
        var writer = new MessageWriter(bytes, MessageType.Write, 1, 0);
        writer.Add(new byte[XenStoreLimits.MaximumPayload]);
        Assert.True(writer.TryEnd(out var size));
        Assert.Equal(MessageBuffer.MinimumCapacity, size);
        writer.Add([0]);
        Assert.False(writer.TryEnd(out size));
        Assert.Equal(0, size);
    }

    [Fact]
    public void What_does_not_fit_its_span_is_not_written_past_it()
    {
        for (var room = 0; room < 40; room++)
        {
            var bytes = Enumerable.Repeat((byte)0xee, 64).ToArray();
            var writer = new MessageWriter(bytes.AsSpan(0, room), MessageType.Write, 1, 0);
            writer.AddString("/a/path"u8);
            writer.Add("a value"u8);
            var needed = MessageHeader.Size + 8 + 7;
            Assert.Equal(room >= needed, writer.TryEnd(out var size));
            Assert.Equal(room >= needed ? needed : 0, size);
            Assert.Equal(-1, bytes.AsSpan(room).IndexOfAnyExcept((byte)0xee));
        }
    }

    [Fact]
    public void Header_survives_the_wire() => Check.One(s_config, Prop.ForAll(s_seeds, static seed =>
    {
        var random = new System.Random(seed);
        var header = new MessageHeader(
            (MessageType)random.Next(), (uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32), (uint)random.Next());
        Span<byte> bytes = stackalloc byte[MessageHeader.Size];
        header.Write(bytes);
        Assert.Equal(header, MessageHeader.Read(bytes));
    }));

    [Fact]
    public void Any_split_of_a_stream_gives_the_same_messages() => Check.One(s_config, Prop.ForAll(s_seeds, static seed =>
    {
        var random = new System.Random(seed);
        var packets = Enumerable.Range(0, random.Next(1, 12)).Select(_ => RandomPacket(random)).ToArray();
        ReadOnlySpan<byte> stream = packets.SelectMany(static packet => packet.ToBytes()).ToArray();
        var buffer = new MessageBuffer(MessageBuffer.MinimumCapacity + random.Next(100));
        var read = new List<Packet>();
        var most = random.Next(1, 5000);
        while (!stream.IsEmpty)
        {
            var space = buffer.FreeSpace;
            Assert.False(space.IsEmpty);
            var count = Math.Min(Math.Min(random.Next(1, most + 1), stream.Length), space.Length);
            stream[..count].CopyTo(space);
            buffer.Advance(count);
            stream = stream[count..];
            while (buffer.Read(out var message) == ParseStatus.Complete)
                read.Add(new Packet(message.Header, message.Payload.ToArray()));
        }

        Assert.False(buffer.HasRemainder);
        Assert.Equal(packets.Select(static packet => packet.ToString()), read.Select(static packet => packet.ToString()));
    }));

    [Fact]
    public void Buffer_grows_for_a_message_that_is_longer_than_the_protocol_allows_if_it_may()
    {
        const int Length = 100_000;
        var packet = Packet.Make(MessageType.Directory, 1, new byte[Length]);
        var next = Packet.Make(MessageType.Read, 2, "value");
        byte[] stream = [.. next.ToBytes(), .. packet.ToBytes(), .. next.ToBytes()];
        var strict = new MessageBuffer();
        var lenient = new MessageBuffer(maximumPayload: Length);
        var read = new List<Packet>();
        for (var position = 0; position < stream.Length;)
        {
            var space = lenient.FreeSpace;
            var count = Math.Min(space.Length, stream.Length - position);
            stream.AsSpan(position, count).CopyTo(space);
            lenient.Advance(count);
            position += count;
            while (lenient.Read(out var message) == ParseStatus.Complete)
                read.Add(new Packet(message.Header, message.Payload.ToArray()));
        }

        Assert.Equal([5, Length, 5], read.Select(static message => message.Payload.Length));
        packet.ToBytes().AsSpan(0, MessageHeader.Size).CopyTo(strict.FreeSpace);
        strict.Advance(MessageHeader.Size);
        Assert.Equal(ParseStatus.TooLong, strict.Read(out _));
    }

    [Fact]
    public void Buffer_refuses_what_cannot_be()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageBuffer(MessageBuffer.MinimumCapacity - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageBuffer(maximumPayload: 4095));
        var buffer = new MessageBuffer();
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(MessageBuffer.MinimumCapacity + 1));
        Assert.False(buffer.HasRemainder);
        buffer.Advance(1);
        Assert.True(buffer.HasRemainder);
        Assert.Equal(ParseStatus.NeedMoreData, buffer.Read(out _));
    }

    private static Packet RandomPacket(System.Random random)
    {
        var payload = new byte[random.Next(4) switch { 0 => 0, 1 => XenStoreLimits.MaximumPayload, _ => random.Next(100) }];
        random.NextBytes(payload);
        return Packet.Make((MessageType)random.Next(30), (uint)random.Next(), payload, (uint)random.Next());
    }
}
