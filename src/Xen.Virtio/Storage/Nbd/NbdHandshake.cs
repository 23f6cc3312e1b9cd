using System;
using System.Buffers.Binary;
using System.Text;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>The first part of a connection: which export, and what both sides can do.</summary>
/// <remarks>Fixed newstyle. Everything the server sends has a bound, in length and in number.</remarks>
internal sealed class NbdHandshake(NbdStream stream, string exportName)
{
    private const int MaxReplies = 64;
    private const int MaxReplyLength = 64 << 10;
    private const int MaxMessageBytes = 200;
    private const int ReplySize = 20;
    private const int ExportInfoLength = 12;
    private const int BlockSizeInfoLength = 14;
    private const int ExportNameReplyLength = 10;
    private const int ReservedZeroes = 124;

    private readonly byte[] _name = Encoding.UTF8.GetBytes(exportName);
    private readonly byte[] _data = new byte[MaxReplyLength];

    /// <summary>Negotiates.</summary>
    /// <exception cref="NbdProtocolException">The server refuses, or does not speak the protocol.</exception>
    public NbdExport Negotiate()
    {
        Span<byte> hello = stackalloc byte[18];
        stream.Read(hello);
        if (BinaryPrimitives.ReadUInt64BigEndian(hello) != NbdProtocol.InitMagic)
            throw new NbdProtocolException("this is no NBD server");
        if (BinaryPrimitives.ReadUInt64BigEndian(hello[8..]) != NbdProtocol.OptionMagic)
            throw new NbdProtocolException("the server speaks only the old protocol without options");
        var flags = BinaryPrimitives.ReadUInt16BigEndian(hello[16..]);
        if ((flags & NbdProtocol.FixedNewstyle) == 0)
            throw new NbdProtocolException("the server speaks only the first version of the protocol with options");

        var noZeroes = (flags & NbdProtocol.NoZeroes) != 0;
        Span<byte> answer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(
            answer, NbdProtocol.FixedNewstyle | (noZeroes ? (uint)NbdProtocol.NoZeroes : 0));
        stream.Write(answer);

        var structured = AskForStructuredReplies();
        return Go(structured) ?? SelectByName(structured, noZeroes);
    }

    private bool AskForStructuredReplies()
    {
        SendOption(NbdProtocol.OptionStructuredReply, []);
        var (type, length) = ReadReply(NbdProtocol.OptionStructuredReply);
        if (type == NbdProtocol.ReplyAck && length == 0)
            return true;
        if ((type & NbdProtocol.ReplyErrorBit) != 0)
            return false;
        throw new NbdProtocolException($"the server answers an option with {type:x}");
    }

    // Null if the server does not know this option.
    private NbdExport? Go(bool structured)
    {
        // The name, and one kind of information that is asked for.
        var data = new byte[sizeof(uint) + _name.Length + (2 * sizeof(ushort))];
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)_name.Length);
        _name.CopyTo(data, sizeof(uint));
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(sizeof(uint) + _name.Length), 1);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(data.Length - sizeof(ushort)), NbdProtocol.InfoBlockSize);
        SendOption(NbdProtocol.OptionGo, data);

        (ulong Size, ushort Flags)? export = null;
        NbdBlockSizes? sizes = null;
        for (var i = 0; i < MaxReplies; i++)
        {
            var (type, length) = ReadReply(NbdProtocol.OptionGo);
            switch (type)
            {
                case NbdProtocol.ReplyAck when export is { } found:
                    return NbdExport.Check(found.Size, found.Flags, sizes, structured);
                case NbdProtocol.ReplyInfo when length >= sizeof(ushort):
                    ReadInfo(_data.AsSpan(0, length), ref export, ref sizes);
                    break;
                case NbdProtocol.ReplyErrorUnsupported:
                    return null;
                default:
                    throw new NbdProtocolException(
                        (type & NbdProtocol.ReplyErrorBit) != 0
                            ? $"the server refuses export '{exportName}' (error {type & ~NbdProtocol.ReplyErrorBit}): {Message(length)}"
                            : $"the server answers an option with {type:x}");
            }
        }

        throw new NbdProtocolException("the server never stops to describe the export");
    }

    private static void ReadInfo(ReadOnlySpan<byte> data, ref (ulong Size, ushort Flags)? export, ref NbdBlockSizes? sizes)
    {
        switch (BinaryPrimitives.ReadUInt16BigEndian(data))
        {
            case NbdProtocol.InfoExport when data.Length == ExportInfoLength:
                export = (BinaryPrimitives.ReadUInt64BigEndian(data[2..]), BinaryPrimitives.ReadUInt16BigEndian(data[10..]));
                break;
            case NbdProtocol.InfoBlockSize when data.Length == BlockSizeInfoLength:
                sizes = new NbdBlockSizes(
                    BinaryPrimitives.ReadUInt32BigEndian(data[2..]), BinaryPrimitives.ReadUInt32BigEndian(data[6..]),
                    BinaryPrimitives.ReadUInt32BigEndian(data[10..]));
                break;
            case NbdProtocol.InfoExport or NbdProtocol.InfoBlockSize:
                throw new NbdProtocolException("the server describes the export in a wrong length");
        }
    }

    // The server has no word for an error here: it closes the connection.
    private NbdExport SelectByName(bool structured, bool noZeroes)
    {
        SendOption(NbdProtocol.OptionExportName, _name);
        Span<byte> data = stackalloc byte[ExportNameReplyLength];
        stream.Read(data);
        if (!noZeroes)
            stream.Skip(ReservedZeroes);
        return NbdExport.Check(
            BinaryPrimitives.ReadUInt64BigEndian(data), BinaryPrimitives.ReadUInt16BigEndian(data[8..]), null, structured);
    }

    private void SendOption(uint option, ReadOnlySpan<byte> data)
    {
        var message = new byte[16 + data.Length];
        BinaryPrimitives.WriteUInt64BigEndian(message, NbdProtocol.OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), option);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), (uint)data.Length);
        data.CopyTo(message.AsSpan(16));
        stream.Write(message);
    }

    private (uint Type, int Length) ReadReply(uint option)
    {
        Span<byte> header = stackalloc byte[ReplySize];
        stream.Read(header);
        if (BinaryPrimitives.ReadUInt64BigEndian(header) != NbdProtocol.OptionReplyMagic
            || BinaryPrimitives.ReadUInt32BigEndian(header[8..]) != option)
            throw new NbdProtocolException("the server answers something that was not asked");

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        if (length > MaxReplyLength)
            throw new NbdProtocolException($"the server answers an option with {length} bytes");
        stream.Read(_data.AsSpan(0, (int)length));
        return (BinaryPrimitives.ReadUInt32BigEndian(header[12..]), (int)length);
    }

    // For people; whatever is not text in it is shown as such.
    private string Message(int length)
    {
        var text = Encoding.UTF8.GetString(_data, 0, int.Min(length, MaxMessageBytes)).ToCharArray();
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                text[i] = ' ';
        }

        return new string(text);
    }
}
