using System;
using System.Collections.Generic;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>
/// Replies that no honest server sends: each ends the connection, and the request is served on the next one.
/// </summary>
public sealed class NbdHostileServerTests
{
    private const int Length = 64 << 10;
    private const int Offset = 4096;
    private const int Size = 1000;

    private static readonly Dictionary<string, Action<NbdTestSession, NbdTestRequest>> s_replies = new()
    {
        ["unknown cookie"] = (session, request) => session.SendSimple(request with { Cookie = 99 }, 0),
        ["wrong magic"] = (session, _) => session.Send(new byte[20]),
        ["simple reply to a structured read"] = (session, request) => session.SendSimple(request, 0, new byte[Size]),
        ["data before the request"] = (session, request) => Data(session, request, Offset - 1, 10),
        ["data behind the request"] = (session, request) => Data(session, request, Offset + Size - 9, 10),
        ["data far away"] = (session, request) => Data(session, request, long.MaxValue, 10),
        ["data at a negative offset"] = (session, request) => Data(session, request, -1, 10),
        ["data of no bytes"] = (session, request) => Data(session, request, Offset, 0),
        ["data twice"] = (session, request) =>
        {
            Data(session, request, Offset, 10);
            Data(session, request, Offset + 9, 10);
        },
        ["data inside other data"] = (session, request) =>
        {
            Data(session, request, Offset, 100);
            Data(session, request, Offset + 50, 1);
        },
        ["data around other data"] = (session, request) =>
        {
            Data(session, request, Offset + 50, 10);
            Data(session, request, Offset + 40, 30);
        },
        ["hole over data"] = (session, request) =>
        {
            Data(session, request, Offset + 50, 10);
            Hole(session, request, Offset, 51);
        },
        ["hole of no bytes"] = (session, request) => Hole(session, request, Offset, 0),
        ["hole of 4 GiB"] = (session, request) => Hole(session, request, Offset, uint.MaxValue),
        ["hole in a wrong length"] = (session, request) => session.SendChunk(request, 2, false, new byte[13]),
        ["bytes left out"] = (session, request) =>
        {
            Data(session, request, Offset, 10);
            session.SendChunk(request, 0, done: true);
        },
        ["nothing at all"] = (session, request) => session.SendChunk(request, 0, done: true),
        ["end with a payload"] = (session, request) => session.SendChunk(request, 0, true, 1),
        ["unknown type"] = (session, request) => session.SendChunk(request, 77, false, 1, 2, 3),
        ["block status"] = (session, request) => session.SendChunk(request, 5, false, new byte[12]),
        ["error that is none"] = (session, request) => session.SendChunk(request, 0x8001, true, new byte[6]),
        ["error cut short"] = (session, request) => session.SendChunk(request, 0x8001, true, 0, 0, 0, 5, 0),
        ["error with a text beyond its end"] = (session, request) =>
            session.SendChunk(request, 0x8001, true, 0, 0, 0, 5, 0, 2, 65),
        ["error of a megabyte"] = (session, request) => session.Send(
            [.. NbdTestSession.Big(NbdProtocol.StructuredReplyMagic), 0, 1, 0x80, 1,
                .. NbdTestSession.Big(request.Cookie), .. NbdTestSession.Big(1u << 20)]),
        ["data of 4 GiB"] = (session, request) => session.Send(
            [.. NbdTestSession.Big(NbdProtocol.StructuredReplyMagic), 0, 0, 0, 1,
                .. NbdTestSession.Big(request.Cookie), .. NbdTestSession.Big(uint.MaxValue),
                .. NbdTestSession.Big((ulong)Offset)]),
        ["more pieces than anybody needs"] = (session, request) =>
        {
            for (var i = 0; i < Size; i += 2)
                Data(session, request, Offset + i, 1);
        },
    };

    public static TheoryData<string> Replies => [.. s_replies.Keys];

    [Theory]
    [MemberData(nameof(Replies))]
    public void Wrong_reply_to_a_read_ends_the_connection_and_nothing_else(string reply)
    {
        using var server = new NbdTestServer(Length);
        new Random(3).NextBytes(server.Bytes);
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        server.OnRequest = (session, request) =>
        {
            if (session.Index != 0)
                return false;
            s_replies[reply](session, request);
            return true;
        };
        var read = new byte[Size];
        Assert.Equal(BlockResult.Success, backend.Read(Offset, read));
        Assert.Equal(server.Bytes.AsSpan(Offset, Size).ToArray(), read);
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Data_in_answer_to_a_write_ends_the_connection(int type)
    {
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        server.OnRequest = (session, request) =>
        {
            if (session.Index != 0)
                return false;
            session.SendChunk(request, type, true, new byte[12]);
            return true;
        };
        Assert.Equal(BlockResult.Success, backend.Write(0, new byte[512]));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void Chunks_that_were_not_agreed_on_end_the_connection()
    {
        using var server = new NbdTestServer(Length, new NbdTestOptions { Structured = false });
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        server.OnRequest = (session, request) =>
        {
            if (session.Index != 0)
                return false;
            Data(session, request, 0, 512);
            return true;
        };
        Assert.Equal(BlockResult.Success, backend.Read(0, new byte[512]));
        Assert.Equal(2, server.Connections);
    }

    // Any byte of any reply changed: the request is served on some connection, or fails; nobody hangs or dies.
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Random_bytes_among_the_replies_do_no_harm(int seed)
    {
        var random = new Random(seed);
        using var server = new NbdTestServer(Length);
        var options = new NbdOptions
        {
            RequestTimeout = TimeSpan.FromMilliseconds(40),
            ReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(1),
        };
        using var backend = NbdBackend.Connect(server.Endpoint, options);
        server.OnRequest = (session, request) =>
        {
            lock (random)
            {
                if (random.Next(3) != 0)
                    return false;
                byte[] reply =
                [
                    .. NbdTestSession.Big(NbdProtocol.StructuredReplyMagic), 0, 1, 0, 1, .. NbdTestSession.Big(request.Cookie),
                    .. NbdTestSession.Big((uint)request.Length + 8), .. NbdTestSession.Big((ulong)request.Offset),
                    .. new byte[request.Length],
                ];
                for (var i = random.Next(1, 4); i > 0; i--)
                    reply[random.Next(28)] = (byte)random.Next(256);
                session.Send(reply);
                return true;
            }
        };
        for (var i = 0; i < 150; i++)
            backend.Read(random.Next(100) * 512, new byte[512]);
        server.OnRequest = null;
        server.Disconnect();
        Assert.True(System.Threading.SpinWait.SpinUntil(
            () => backend.Read(0, new byte[512]) == BlockResult.Success, TimeSpan.FromSeconds(30)));
    }

    private static void Data(NbdTestSession session, NbdTestRequest request, long offset, int length) =>
        session.SendChunk(request, 1, false, [.. NbdTestSession.Big((ulong)offset), .. new byte[length]]);

    private static void Hole(NbdTestSession session, NbdTestRequest request, long offset, uint length) =>
        session.SendChunk(request, 2, false, [.. NbdTestSession.Big((ulong)offset), .. NbdTestSession.Big(length)]);
}
