using System;
using System.Text;
using Xen.Store.Protocol;

namespace Xen.Store.Tests.Support;

/// <summary>A message that is kept.</summary>
internal sealed record Packet(MessageHeader Header, byte[] Payload)
{
    internal MessageType Type => Header.Type;

    /// <summary>The payload as text, with the zeros that it has.</summary>
    internal string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The first string of the payload: mostly a path.</summary>
    internal string Subject => Text.Split('\0')[0];

    internal static Packet Make(MessageType type, uint requestId, string payload, uint transactionId = 0) =>
        Make(type, requestId, Encoding.UTF8.GetBytes(payload), transactionId);

    internal static Packet Make(MessageType type, uint requestId, byte[] payload, uint transactionId = 0) =>
        new(new MessageHeader(type, requestId, transactionId, (uint)payload.Length), payload);

    internal byte[] ToBytes()
    {
        var bytes = new byte[MessageHeader.Size + Payload.Length];
        Header.Write(bytes);
        Payload.CopyTo(bytes.AsSpan(MessageHeader.Size));
        return bytes;
    }

    /// <summary>The answer with a payload.</summary>
    internal Packet Answer(string payload) => Make(Type, Header.RequestId, payload, Header.TransactionId);

    /// <summary>The answer with a payload.</summary>
    internal Packet Answer(byte[] payload) => Make(Type, Header.RequestId, payload, Header.TransactionId);

    /// <summary>The answer that says no.</summary>
    internal Packet Refuse(string error) => Make(MessageType.Error, Header.RequestId, error + "\0", Header.TransactionId);

    internal static Packet Event(string path, string token) => Make(MessageType.WatchEvent, 0, $"{path}\0{token}\0");

    public override string ToString() =>
        $"{Type} {Header.RequestId:x} in {Header.TransactionId}: {Text.Replace("\0", "\\0", StringComparison.Ordinal)}";
}
