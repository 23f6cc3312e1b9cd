using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Testing.Store;
using Xen.Testing.Store.Machine;

namespace Xen.Testing.Tests.Store;

/// <summary>Whatever clients send, the store answers once, keeps within its quotas, and does not contradict itself.</summary>
public sealed class StoreFuzzTests
{
    private const int Messages = 200_000;

    private static readonly string[] Seeds =
    [
        "/a|", "/a/b|value", "a|", "data/x/y|v", "/local/domain/5/data|", "@releaseDomain|t|", "@introduceDomain|n5|", "/a|t|",
        "/a|n0|r5|b6|", "n5|", "T|", "F|", "|", "", "5|", "5|6|", "5|1|9|", "/|0|", "/a|3|", "quota|set|nodes|5|", "print|x|",
        "/a|t|1|", "nodes|1|", "/////", "/a//b|", "\u00ff\u0000\u00fe",
    ];

    [Fact]
    public void Mutated_requests_are_each_answered_once_and_do_not_make_the_store_grow()
    {
        var random = new System.Random(20_261_126);
        foreach (var release in Enum.GetValues<StoreRelease>())
        {
            var state = Start(new StoreOptions { Release = release }, out var connections);
            for (var count = 0; count < Messages / 2; count++)
            {
                var connection = connections[random.Next(connections.Length)];
                var (header, payload) = Draw(random);
                var outcome = StoreMachine.Handle(state, connection, new Message(header, payload));
                state = outcome.State;
                AssertAnsweredOnce(outcome, connection, header);
                if (!state.IsConnected(connection))
                    state = Start(new StoreOptions { Release = release }, out connections);
            }

            AssertConsistent(state);
            Assert.True(state.NodeCount < 2500, $"{state.NodeCount} nodes");
        }
    }

    [Fact]
    public void Sequences_of_requests_leave_a_tree_and_the_right_counts()
    {
        var property = Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ListOf(120).ToArbitrary(),
            numbers =>
            {
                var state = Start(new StoreOptions(), out var connections);
                foreach (var number in numbers)
                {
                    var random = new System.Random(number);
                    var connection = connections[random.Next(connections.Length)];
                    if (!state.IsConnected(connection))
                        continue;
                    var (header, payload) = Draw(random);
                    state = StoreMachine.Handle(state, connection, new Message(header, payload)).State;
                }

                AssertConsistent(state);
            });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_261_126, 7919), property);
    }

    // Domain 0 is only a witness: it may do all, and make the store grow.
    private static StoreState Start(StoreOptions options, out int[] connections)
    {
        var talk = new StoreTalk(options);
        var tool = talk.Connect();
        connections = [talk.Connect(5), talk.Connect(5), talk.Connect(6)];
        foreach (var domain in (string[])["5", "6"])
        {
            talk.Ask(tool, MessageType.Write, $"/local/domain/{domain}|");
            talk.Ask(tool, MessageType.SetPermissions, $"/local/domain/{domain}|b{domain}|");
        }

        talk.Ask(tool, MessageType.Write, "/a|");
        talk.Ask(tool, MessageType.SetPermissions, "/a|b0|");
        talk.Ask(tool, MessageType.SetTarget, "5|6|");
        return talk.State;
    }

    private static (MessageHeader Header, byte[] Payload) Draw(System.Random random)
    {
        var text = Seeds[random.Next(Seeds.Length)];
        if (random.Next(3) > 0)
            text = TextMutation.Mutate(text, random);
        if (random.Next(50) == 0)
            text += new string('x', random.Next(5000));
        var payload = Encoding.Latin1.GetBytes(text.Replace('|', '\0'));
        if (payload.Length > XenStoreLimits.MaximumPayload)
            payload = payload[..XenStoreLimits.MaximumPayload];
        var type = random.Next(20) == 0 ? (MessageType)random.Next() : (MessageType)random.Next(28);
        var transaction = random.Next(3) == 0 ? (uint)random.Next(30) : 0;
        return (new MessageHeader(type, (uint)random.Next(), transaction, (uint)payload.Length), payload);
    }

    private static void AssertAnsweredOnce(StoreOutcome outcome, int connection, MessageHeader asked)
    {
        var replies = 0;
        foreach (var (to, message) in outcome.Outputs)
        {
            Assert.Equal(ParseStatus.Complete, MessageParser.Read(message.Span, out var parsed, out var size));
            Assert.Equal(message.Length, size);
            if (parsed.Header.Type == MessageType.WatchEvent)
                continue;
            replies++;
            Assert.Equal((connection, asked.RequestId, asked.TransactionId),
                (to, parsed.Header.RequestId, parsed.Header.TransactionId));
            Assert.True(parsed.Header.Type == asked.Type || parsed.Header.Type == MessageType.Error);
        }

        Assert.Equal(1, replies);
    }

    // Every node is its parent's child, every child a node, and owners' counts are right.
    private static void AssertConsistent(StoreState state)
    {
        var children = new HashSet<string>();
        foreach (var (path, node) in state.Nodes)
        {
            foreach (var name in new StringList(node.Children.Span))
                Assert.True(children.Add(NodePaths.Child(path, name)));
        }

        Assert.Equal(
            state.Nodes.Keys.Where(path => path != "/").Order(StringComparer.Ordinal), children.Order(StringComparer.Ordinal));
        var owned = state.Nodes.Values.CountBy(node => node.Owner).ToDictionary();
        foreach (var (number, domain) in state.Domains)
        {
            Assert.Equal(owned.GetValueOrDefault(number), domain.NodeCount);
            Assert.Equal(
                state.Connections.Values.Where(caller => caller.Domain == number).Sum(caller => caller.Watches.Count),
                domain.WatchCount);
        }
    }
}
