using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>A request as the server sees it.</summary>
internal sealed record NbdTestRequest(NbdCommand Command, ushort Flags, ulong Cookie, long Offset, int Length, byte[] Data);

/// <summary>One connection of the server.</summary>
internal sealed class NbdTestSession(NbdTestServer server, Socket socket, int index) : IDisposable
{
    private readonly int _crashes = server.Crashes;
    private int _sent;
    private int _received;

    public int Index => index;

    private NbdTestOptions Options => server.Options;

    public void Dispose() => socket.Dispose();

    public void Run()
    {
        try
        {
            Shake();
            while (true)
                Serve(ReadRequest());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            socket.Dispose();
        }
    }

    /// <summary>Sends bytes as they are.</summary>
    public void Send(params byte[] bytes)
    {
        var left = Math.Max(Options.SendLimit(index) - _sent, 0);
        var cut = bytes.Length > left;
        socket.Send(bytes.AsSpan(0, Math.Min(bytes.Length, left)));
        _sent += bytes.Length;
        if (cut)
            throw new EndOfStreamException();
    }

    public void SendSimple(NbdTestRequest request, uint error, byte[]? data = null) =>
        Send([.. Big(NbdProtocol.SimpleReplyMagic), .. Big(error), .. Big(request.Cookie), .. data ?? []]);

    public void SendChunk(NbdTestRequest request, int type, bool done, params byte[] payload) => Send(
        [.. Big(NbdProtocol.StructuredReplyMagic), .. Big((ushort)(done ? 1 : 0)), .. Big((ushort)type),
            .. Big(request.Cookie), .. Big((uint)payload.Length), .. payload]);

    public static byte[] Big(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];

    public static byte[] Big(uint value) => [.. BitConverter.GetBytes(value).Reverse()];

    public static byte[] Big(ushort value) => [.. BitConverter.GetBytes(value).Reverse()];

    /// <summary>Does what a request asks for, and answers.</summary>
    public void Answer(NbdTestRequest request)
    {
        lock (server.Disk)
        {
            // What was only received does not outlive a loss of power.
            if (server.Crashes != _crashes)
                throw new EndOfStreamException();
            var range = server.Bytes.AsSpan((int)request.Offset, request.Length);
            switch (request.Command)
            {
                case NbdCommand.Read:
                    SendRead(request, range.ToArray());
                    return;
                case NbdCommand.Write:
                    request.Data.CopyTo(range);
                    break;
                case NbdCommand.WriteZeroes:
                    range.Clear();
                    break;
                case NbdCommand.Trim:
                    range.Fill(0xdd);
                    break;
                case NbdCommand.Flush:
                    server.Bytes.CopyTo(server.Durable, 0);
                    break;
            }

            if ((request.Flags & NbdProtocol.FlagForceUnitAccess) != 0)
                range.CopyTo(server.Durable.AsSpan((int)request.Offset));
            if (Options.Structured && request.Cookie % 2 == 0)
                SendChunk(request, NbdProtocol.ChunkNone, done: true);
            else
                SendSimple(request, 0);
        }
    }

    private void Serve(NbdTestRequest request)
    {
        Interlocked.Increment(ref server.Requests);
        if (request.Command == NbdCommand.Disconnect)
            throw new EndOfStreamException();
        if (server.OnRequest?.Invoke(this, request) != true)
            Answer(request);
    }

    private void SendRead(NbdTestRequest request, byte[] data)
    {
        if (!Options.Structured)
        {
            SendSimple(request, 0, data);
            return;
        }

        if (Options.Chunks is not { } random)
        {
            SendChunk(request, NbdProtocol.ChunkOffsetData, done: true, [.. Big((ulong)request.Offset), .. data]);
            return;
        }

        var cuts = Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(data.Length + 1))
            .Append(0).Append(data.Length).Distinct().Order().ToArray();
        var parts = cuts.Zip(cuts.Skip(1)).ToArray();
        random.Shuffle(parts);
        foreach (var (start, end) in parts)
        {
            var offset = Big((ulong)request.Offset + (ulong)start);
            var part = data.AsSpan(start, end - start);
            if (part.IndexOfAnyExcept((byte)0) < 0)
                SendChunk(request, NbdProtocol.ChunkOffsetHole, false, [.. offset, .. Big((uint)part.Length)]);
            else
                SendChunk(request, NbdProtocol.ChunkOffsetData, false, [.. offset, .. part]);
        }

        SendChunk(request, NbdProtocol.ChunkNone, done: true);
    }

    private void Shake()
    {
        SendHandshake(
            [.. "NBDMAGIC"u8, .. "IHAVEOPT"u8, .. Big((ushort)(1 | (Options.NoZeroes ? 2 : 0)))]);
        var flags = BinaryPrimitives.ReadUInt32BigEndian(Receive(4));
        Assert.Equal(Options.NoZeroes ? 3u : 1u, flags);
        while (true)
        {
            var header = Receive(16);
            Assert.Equal("IHAVEOPT"u8.ToArray(), header[..8]);
            var option = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
            var data = Receive((int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12)));
            if (Negotiate(option, data))
                return;
        }
    }

    private bool Negotiate(uint option, byte[] data)
    {
        byte[] size = [.. Big(Options.Size ?? (ulong)server.Bytes.Length), .. Big((ushort)Options.Flags)];
        switch (option)
        {
            case NbdProtocol.OptionStructuredReply when Options.Structured:
                Reply(option, NbdProtocol.ReplyAck);
                return false;
            case NbdProtocol.OptionGo when Options.Go:
                var name = Encoding.UTF8.GetString(data, 4, (int)BinaryPrimitives.ReadUInt32BigEndian(data));
                if (name != Options.ExportName)
                {
                    Reply(option, NbdProtocol.ReplyErrorBit + 6, [.. "no such\nexport"u8]);
                    return false;
                }

                Reply(option, NbdProtocol.ReplyInfo, [.. Big((ushort)77), 1, 2, 3]);
                Reply(option, NbdProtocol.ReplyInfo, [.. Big(NbdProtocol.InfoExport), .. size]);
                if (Options.Blocks is var (minimum, preferred, maximum))
                {
                    Reply(option, NbdProtocol.ReplyInfo,
                        [.. Big(NbdProtocol.InfoBlockSize), .. Big(minimum), .. Big(preferred), .. Big(maximum)]);
                }

                Reply(option, NbdProtocol.ReplyAck);
                return true;
            case NbdProtocol.OptionExportName:
                Assert.Equal(Options.ExportName, Encoding.UTF8.GetString(data));
                SendHandshake([.. size, .. Options.NoZeroes ? [] : new byte[124]]);
                return true;
            default:
                Reply(option, NbdProtocol.ReplyErrorUnsupported);
                return false;
        }
    }

    private void Reply(uint option, uint type, params byte[] data) => SendHandshake(
        [.. Big(NbdProtocol.OptionReplyMagic), .. Big(option), .. Big(type), .. Big((uint)data.Length), .. data]);

    private void SendHandshake(byte[] bytes)
    {
        Options.Tamper?.Invoke(index, bytes);
        for (var i = 0; i < Options.Repeat; i++)
            Send(bytes);
    }

    private NbdTestRequest ReadRequest()
    {
        var header = Receive(NbdProtocol.RequestSize);
        Assert.Equal(NbdProtocol.RequestMagic, BinaryPrimitives.ReadUInt32BigEndian(header));
        var command = (NbdCommand)BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(6));
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24));
        return new NbdTestRequest(
            command, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)),
            BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(8)),
            (long)BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16)), length,
            command == NbdCommand.Write ? Receive(length) : []);
    }

    private byte[] Receive(int count)
    {
        _received += count;
        if (_received > Options.ReceiveLimit(index))
            throw new EndOfStreamException();
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var part = socket.Receive(bytes.AsSpan(done));
            if (part == 0)
                throw new EndOfStreamException();
            done += part;
        }

        return bytes;
    }
}
