using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xen.Store.Protocol;
using Xen.Sys;
using Xen.Testing.Store;
using Xen.Testing.Store.Machine;

namespace Xen.Testing.Tests.Store;

/// <summary>Talks to the machine with text for bytes: <c>|</c> is a NUL.</summary>
internal sealed class StoreTalk(StoreOptions? options = null)
{
    internal StoreState State { get; set; } = StoreState.Create(options);

    internal List<string> Events { get; } = [];

    internal int Connect(ushort domain = 0)
    {
        if (!StoreMachine.IsIntroduced(State, new DomainId(domain)))
            Note(StoreMachine.IntroduceDomain(State, new DomainId(domain)), 0);
        State = StoreMachine.Connect(State, new DomainId(domain), out var connection);
        return connection;
    }

    internal string Ask(int connection, MessageType type, string payload, uint transaction = 0)
    {
        var outcome = Handle(State, connection, type, payload, transaction);
        return Note(outcome, connection);
    }

    internal static StoreOutcome Handle(StoreState state, int connection, MessageType type, string payload, uint transaction)
    {
        var bytes = Encoding.Latin1.GetBytes(payload.Replace('|', '\0'));
        var header = new MessageHeader(type, 7, transaction, (uint)bytes.Length);
        return StoreMachine.Handle(state, connection, new Message(header, bytes));
    }

    internal string Note(StoreOutcome outcome, int connection)
    {
        State = outcome.State;
        var reply = "";
        foreach (var (to, message) in outcome.Outputs)
        {
            var header = MessageHeader.Read(message.Span);
            var text = Encoding.Latin1.GetString(message.Span[MessageHeader.Size..]).Replace('\0', '|');
            if (header.Type == MessageType.WatchEvent)
                Events.Add($"{to}:{text}");
            else
                reply += to == connection ? text : throw new InvalidOperationException("a reply to somebody else");
        }

        return reply;
    }

    internal string TakeEvents()
    {
        var text = string.Join(' ', Events);
        Events.Clear();
        return text;
    }

    /// <summary>All that a state says, as text.</summary>
    internal static string Dump(StoreState state) => string.Join('\n', state.Nodes
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key} {entry.Value.Generation} {Encoding.Latin1.GetString(entry.Value.Value.Span)} "
            + $"{Encoding.Latin1.GetString(entry.Value.Children.Span)} {string.Join(',', entry.Value.Permissions)}")
        .Concat(state.Domains.Select(entry => $"{entry.Key} {entry.Value}"))
        .Concat(state.Connections.Select(entry => $"{entry.Key} {entry.Value.Domain} {entry.Value.NextTransaction} "
            + string.Join(',', entry.Value.Watches) + string.Join(',', entry.Value.Transactions.Keys)))
        .Append($"{state.Generation} {state.NextConnection} {state.Quotas}"));
}
