using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xen.Store.Conformance.Targets;
using Xen.Store.Protocol;

namespace Xen.Store.Conformance;

/// <summary>The store in memory and the C daemon get the same requests, drawn from a seed, and say the same.</summary>
public sealed class DifferentialTests
{
    private const int Requests = 5000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Store_in_memory_answers_like_the_C_daemon(int seed)
    {
        using var memory = StoreTarget.Start(StoreKind.Memory);
        using var daemon = StoreTarget.Start(StoreKind.C417);
        var ours = Peers(memory);
        var theirs = Peers(daemon);
        var requests = new RandomRequests(seed, ours.Length);
        var history = new Queue<string>();
        for (var count = 0; count < Requests; count++)
        {
            var (connection, type, transaction, payload) = requests.Next();
            history.Enqueue($"{connection}@{transaction} {type} {Answer.Show(payload)}");
            if (history.Count > 40)
                history.Dequeue();

            var expected = theirs[connection].Ask(type, transaction, payload);
            var actual = ours[connection].Ask(type, transaction, payload);
            if (expected != actual)
                Assert.Fail($"request {count}: the daemon says {expected}, we {actual}, after\n{string.Join('\n', history)}");
            requests.Learn(connection, type, actual);
            var (theirEvents, ourEvents) = (Events(theirs), Events(ours));
            if (theirEvents != ourEvents)
                Assert.Fail($"request {count}: the daemon's events are\n{theirEvents}\nours are\n{ourEvents}\nafter\n{string.Join('\n', history)}");
        }
    }

    // Domain 0 over a socket, and two that are not privileged, each with a part of the store of its own.
    private static Peer[] Peers(StoreTarget target)
    {
        target.Make(1);
        target.Make(2);
        Peer[] peers = [new(target.Connect()), new(target.Introduce(1)), new(target.Introduce(2))];
        for (var domain = 1; domain <= 2; domain++)
        {
            peers[0].Ask(MessageType.Write, 0, Encoding.ASCII.GetBytes($"/local/domain/{domain}\0"));
            peers[0].Ask(MessageType.SetPermissions, 0, Encoding.ASCII.GetBytes($"/local/domain/{domain}\0n{domain}\0"));
        }

        return peers;
    }

    private static string Events(Peer[] peers)
    {
        foreach (var peer in peers)
            peer.SendFence();
        foreach (var peer in peers)
            peer.Receive();
        return string.Join('\n', peers.SelectMany((peer, index) => peer.TakeEvents().Select(text => $"{index}: {text}")));
    }
}
