using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>Real daemons that are killed and started again.</summary>
public sealed class RealDaemonTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<DaemonKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Requests_under_way_when_a_daemon_is_killed_fail_as_sent_or_go_to_the_next_one(string kind)
    {
        using var daemon = RealDaemon.Start(Enum.Parse<DaemonKind>(kind));
        using var client = Connect(daemon, new XenStoreOptions { ConnectTimeout = Patience.Limit });
        await client.WriteAsync("/a", "value").Soon();
        Stop(daemon);
        var requests = Enumerable.Range(0, 250).SelectMany(number => new Task[]
        {
            client.TryReadAsync("/a").AsTask(),
            client.WriteAsync($"/b/{number}", "value").AsTask(),
        }).ToArray();
        daemon.Restart();

        // The socket holds a few hundred. Those behind were not sent.
        await Task.WhenAny(Task.WhenAll(requests)).Soon();
        var lost = requests.TakeWhile(static request => request.IsFaulted).ToArray();
        Assert.InRange(lost.Length, 100, requests.Length);
        Assert.All(lost, static request => Assert.True(
            Assert.IsType<XenStoreDisconnectedException>(request.Exception!.InnerException).WasSent));
        Assert.All(requests[lost.Length..], static request => Assert.True(request.IsCompletedSuccessfully));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reads_under_way_when_a_daemon_is_killed_are_answered_by_the_next_one(string kind)
    {
        using var daemon = RealDaemon.Start(Enum.Parse<DaemonKind>(kind));
        using var client = Connect(daemon, new XenStoreOptions { RetryIdempotent = true, ConnectTimeout = Patience.Limit });
        await client.WriteAsync("/a", "value").Soon();
        Stop(daemon);
        var reads = Enumerable.Range(0, 500).Select(_ => client.TryReadAsync("/a").AsTask()).ToArray();
        var many = client.ReadManyAsync([.. Enumerable.Repeat("/a", 700)]).AsTask();
        daemon.Restart();
        foreach (var read in reads)
            Assert.Null(await read.Soon());
        Assert.All(await many.Soon(), Assert.Null);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Watches_are_set_again_at_the_next_daemon_and_say_so(string kind)
    {
        using var daemon = RealDaemon.Start(Enum.Parse<DaemonKind>(kind));
        using var client = Connect(daemon, new XenStoreOptions());
        await using var watch = await client.OpenWatchAsync("/watched").Soon();
        await using var shallow = await client.OpenWatchAsync("/watched", depth: 1).Soon();
        await using var special = await client.OpenWatchAsync("@introduceDomain").Soon();
        foreach (var each in new[] { watch, shallow, special })
            Assert.Equal(XenStoreWatchEventKind.Initial, (await each.ReadAsync().Soon())!.Value.Kind);

        for (var round = 0; round < 2; round++)
        {
            daemon.Restart();
            foreach (var each in new[] { watch, shallow, special })
            {
                Assert.Equal(
                    new XenStoreWatchEvent(each.Path, XenStoreWatchEventKind.Rearmed), await each.ReadAsync().Soon());
            }

            await client.WriteAsync("/watched/a/b", "value").Soon();
            await client.WriteAsync("/watched/a", "value").Soon();
            var changed = new XenStoreWatchEvent("/watched/a", XenStoreWatchEventKind.Changed);
            Assert.Equal(changed, await shallow.ReadAsync().Soon());
            Assert.Equal("/watched/a/b", (await watch.ReadAsync().Soon())!.Value.Path);
            Assert.Equal(changed, await watch.ReadAsync().Soon());
            using var domain = daemon.CreateDomain(7 + round);
            Assert.Equal("@introduceDomain", (await special.ReadAsync().Soon())!.Value.Path);
        }
    }

    [Fact]
    public async Task Ten_thousand_watches_are_set_and_fire_and_are_set_again_and_removed()
    {
        const int Count = 10_000;
        using var daemon = RealDaemon.Start(DaemonKind.C417);
        var log = new ListLogger();
        using var client = Connect(daemon, new XenStoreOptions { Logger = log });
        var watches = await Task.WhenAll(Enumerable.Range(0, Count)
            .Select(number => client.OpenWatchAsync($"/w/{number % 100}/{number}").AsTask())).Soon();
        await AllSay(XenStoreWatchEventKind.Initial);
        await client.WriteManyAsync([.. watches.Select(static watch => new KeyValuePair<string, string>(watch.Path, ""))]).Soon();
        await AllSay(XenStoreWatchEventKind.Changed);
        daemon.Restart();
        await AllSay(XenStoreWatchEventKind.Rearmed);
        await client.WriteAsync("/w/5/1005/below", "value").Soon();
        Assert.Equal("/w/5/1005/below", (await watches[1005].ReadAsync().Soon())!.Value.Path);
        foreach (var watch in watches)
            await watch.DisposeAsync().Soon();
        await client.WriteAsync("/w/5/1005", "value").Soon();
        Assert.DoesNotContain(log.Lines, static line => line.StartsWith("203 ", StringComparison.Ordinal));

        async Task AllSay(XenStoreWatchEventKind kind)
        {
            foreach (var watch in watches)
                Assert.Equal(new XenStoreWatchEvent(watch.Path, kind), await watch.ReadAsync().Soon());
        }
    }

    private static XenStoreClient Connect(RealDaemon daemon, XenStoreOptions options) =>
        XenStoreClient.Connect(options with { Endpoint = XenStoreEndpoint.Unix(daemon.SocketPath) });

    /// <summary>The daemon takes no more, so that all that is asked is under way.</summary>
    private static void Stop(RealDaemon daemon)
    {
        using var kill = Process.Start("kill", ["-STOP", $"{daemon.ProcessId}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
