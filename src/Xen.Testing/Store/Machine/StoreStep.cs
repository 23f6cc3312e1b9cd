using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using Xen.Store;
using Xen.Store.Protocol;

namespace Xen.Testing.Store.Machine;

/// <summary>
/// The making of one new state from an old one. What it does, and in which order, is what the C daemon of Xen 4.17 does:
/// nodes are looked at in its order, since transactions conflict by that, and what is written is counted as there, since
/// clients see the number.
/// </summary>
/// <param name="state">The old state.</param>
/// <param name="connection">Whose request it is; 0 for nobody's.</param>
internal sealed partial class StoreStep(StoreState state, int connection = 0)
{
    private readonly List<StoreOutput> _outputs = [];
    private readonly HashSet<(int Connection, string Event)> _events = [];

    // Of the request.
    private MessageHeader _header;
    private StoreTransaction? _transaction;

    private StoreState State { get; set; } = state;

    private StoreConnection? Caller => State.Connections.GetValueOrDefault(connection);

    private bool IsUnprivileged => Caller is { IsPrivileged: false };

    /// <summary>What was made.</summary>
    internal StoreOutcome Outcome => new(State, _outputs);

    /// <summary>Answers a request.</summary>
    /// <param name="message">The request.</param>
    internal void Run(in Message message)
    {
        _header = message.Header;
        if (Process(message.Header, new Payload(message.Payload)) is { } error)
            SendError(error);
    }

    private void SetCaller(StoreConnection caller) =>
        State = State with { Connections = State.Connections.SetItem(connection, caller) };

    private void SetDomain(uint number, StoreDomain domain) =>
        State = State with { Domains = State.Domains.SetItem(number, domain) };

    private void SendError(XenStoreError error)
    {
        Span<byte> name = stackalloc byte[16];
        var text = ErrorNames.Name(error);
        text.CopyTo(name);
        name[text.Length] = 0;
        Send(connection, MessageType.Error, _header.RequestId, _header.TransactionId, name[..(text.Length + 1)]);
    }

    private XenStoreError? Reply(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > XenStoreLimits.MaximumPayload)
            return XenStoreError.TooBig;
        Send(connection, _header.Type, _header.RequestId, _header.TransactionId, payload);
        return null;
    }

    private XenStoreError? ReplyText(string text) => Reply(Encoding.Latin1.GetBytes(text + "\0"));

    private XenStoreError? Acknowledge() => Reply("OK\0"u8);

    private void SendEvent(int to, string path, string token)
    {
        var text = $"{path}\0{token}\0";
        // The daemon sends what is the same as an event that waits only once, but for special events.
        if (text.Length <= XenStoreLimits.MaximumPayload && (path.StartsWith('@') || _events.Add((to, text))))
            Send(to, MessageType.WatchEvent, 0, 0, Encoding.Latin1.GetBytes(text));
    }

    private void Send(int to, MessageType type, uint requestId, uint transactionId, ReadOnlySpan<byte> payload)
    {
        var message = new byte[MessageHeader.Size + payload.Length];
        new MessageHeader(type, requestId, transactionId, (uint)payload.Length).Write(message);
        payload.CopyTo(message.AsSpan(MessageHeader.Size));
        _outputs.Add(new StoreOutput(to, message));
    }
}
