using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Daemons.Tests;

/// <summary>The harness for the real daemons does what other tests rely on.</summary>
public sealed class DaemonTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<DaemonKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Daemon_serves_what_was_written_over_its_socket(string kind)
    {
        using var daemon = Start(kind);
        using var store = RawStore.Connect(daemon.SocketPath);
        Assert.Equal("OK\0", store.Ask(RawStore.Write, "/a/b\0value").Text);
        Assert.Equal("value", store.Ask(RawStore.Read, "/a/b\0").Text);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Domain_reads_its_own_path_over_a_ring(string kind)
    {
        using var daemon = Start(kind);
        using var store = RawStore.Connect(daemon.SocketPath);
        using var domain = daemon.CreateDomain(5);
        using var guest = new RawStore(domain);
        Give(store, "/local/domain/5", 5);
        Succeeds(store.Ask(RawStore.Write, "/local/domain/5/name\0guest"));

        Assert.Equal("guest", guest.Ask(RawStore.Read, "/local/domain/5/name\0").Text);
        Assert.Equal("guest", guest.Ask(RawStore.Read, "name\0").Text);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Domain_gets_EACCES_outside_of_its_path(string kind)
    {
        using var daemon = Start(kind);
        using var store = RawStore.Connect(daemon.SocketPath);
        using var domain = daemon.CreateDomain(5);
        using var guest = new RawStore(domain);
        Succeeds(store.Ask(RawStore.Write, "/secret\0value"));

        RawReply reply = guest.Ask(RawStore.Read, "/secret\0");
        Assert.True(reply.IsError);
        Assert.Equal("EACCES\0", reply.Text);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Watch_event_arrives_over_a_ring(string kind)
    {
        using var daemon = Start(kind);
        using var store = RawStore.Connect(daemon.SocketPath);
        using var domain = daemon.CreateDomain(5);
        using var guest = new RawStore(domain);
        Give(store, "/local/domain/5/data", 5);
        Succeeds(guest.Ask(RawStore.Watch, "data\0token\0"));
        Assert.Equal(("data", "token"), guest.NextEvent());

        Succeeds(store.Ask(RawStore.Write, "/local/domain/5/data/x\0value"));
        Assert.Equal(("data/x", "token"), guest.NextEvent());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_go_many_times_around_a_ring(string kind)
    {
        using var daemon = Start(kind);
        using var store = RawStore.Connect(daemon.SocketPath);
        using var domain = daemon.CreateDomain(5);
        using var guest = new RawStore(domain);
        Give(store, "/local/domain/5/data", 5);
        foreach (int size in Enumerable.Range(0, 60).Select(step => step * 33))
        {
            string value = new((char)('a' + (size % 26)), size);
            Succeeds(guest.Ask(RawStore.Write, "data\0" + value));
            Assert.Equal(value, guest.Ask(RawStore.Read, "data\0").Text);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_thread_sends_over_a_ring_while_another_receives(string kind)
    {
        const int Requests = 3000;
        using var daemon = Start(kind);
        using var domain = daemon.CreateDomain(5);
        Task sender = Task.Run(
            () =>
            {
                // READ of "name", request 1, no transaction.
                byte[] packet = [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, .. "name\0"u8];
                for (int i = 0; i < Requests; i++)
                    domain.Send(packet);
            },
            TestContext.Current.CancellationToken);
        byte[] buffer = new byte[100];
        // EACCES of the C daemons, ENOENT of the others, behind a header.
        for (int expected = Requests * (16 + 7); expected > 0;)
            expected -= domain.Receive(buffer, TimeSpan.FromSeconds(20));
        await sender;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Introduction_and_release_of_a_domain_are_watched(string kind)
    {
        using var daemon = Start(kind);
        using var store = RawStore.Connect(daemon.SocketPath);
        foreach (string special in new[] { "@introduceDomain", "@releaseDomain" })
        {
            Succeeds(store.Ask(RawStore.Watch, $"{special}\0token\0"));
            Assert.Equal(special, store.NextEvent().Path);
        }

        using var domain = daemon.CreateDomain(5);
        Assert.Equal("@introduceDomain", store.NextEvent().Path);
        domain.Release();
        Assert.Equal("@releaseDomain", store.NextEvent().Path);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Shutdown_and_destruction_of_a_domain_are_watched(string kind)
    {
        using var daemon = Start(kind);
        using var store = RawStore.Connect(daemon.SocketPath);
        using var domain = daemon.CreateDomain(5);
        using var crashing = daemon.CreateDomain(6);
        Succeeds(store.Ask(RawStore.Watch, "@releaseDomain\0token\0"));
        Assert.Equal("@releaseDomain", store.NextEvent().Path);

        domain.Shutdown();
        Assert.Equal("@releaseDomain", store.NextEvent().Path);
        crashing.Crash();
        Assert.Equal("@releaseDomain", store.NextEvent().Path);
        domain.Destroy();
        Assert.Equal("@releaseDomain", store.NextEvent().Path);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Killed_daemon_refuses_and_its_successor_is_empty(string kind)
    {
        using var daemon = Start(kind);
        using (var store = RawStore.Connect(daemon.SocketPath))
        {
            Succeeds(store.Ask(RawStore.Write, "/a\0value"));
            daemon.Kill();
            Assert.Throws<EndOfStreamException>(() => store.NextEvent());
        }

        Assert.Throws<SocketException>(() => RawStore.Connect(daemon.SocketPath));

        daemon.Restart();
        using var again = RawStore.Connect(daemon.SocketPath);
        Assert.Equal("ENOENT\0", again.Ask(RawStore.Read, "/a\0").Text);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Domain_is_introduced_again_after_a_restart(string kind)
    {
        using var daemon = Start(kind);
        using var domain = daemon.CreateDomain(5);
        using var guest = new RawStore(domain);
        Assert.True(guest.Ask(RawStore.Read, "name\0").IsError);

        daemon.Restart();
        domain.Introduce();
        Assert.True(guest.Ask(RawStore.Read, "name\0").IsError);
    }

    [Fact]
    public void Two_daemons_serve_at_once()
    {
        using var one = RealDaemon.Start(DaemonKind.C417);
        using var other = RealDaemon.Start(DaemonKind.C417);
        using var store = RawStore.Connect(one.SocketPath);
        using var otherStore = RawStore.Connect(other.SocketPath);
        Succeeds(store.Ask(RawStore.Write, "/a\0value"));
        Assert.Equal("ENOENT\0", otherStore.Ask(RawStore.Read, "/a\0").Text);
    }

    [Theory]
    [InlineData(nameof(DaemonKind.C417), "-W", "2")]
    [InlineData(nameof(DaemonKind.OCaml417), "quota-maxwatch=2")]
    [InlineData(nameof(DaemonKind.C420), "-Q", "watches=2")]
    [InlineData(nameof(DaemonKind.OCaml420), "quota-maxwatch=2")]
    public void Arguments_set_the_quota_of_a_domain(string kind, params string[] arguments)
    {
        using var daemon = RealDaemon.Start(Enum.Parse<DaemonKind>(kind), arguments);
        using var domain = daemon.CreateDomain(5);
        using var guest = new RawStore(domain);
        var replies = "abcdef".Select(path => guest.Ask(RawStore.Watch, $"{path}\0token\0").IsError).ToArray();
        Assert.False(replies[1]);
        // All four let one more pass than the quota says.
        Assert.True(replies[3]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_stays_behind(string kind)
    {
        string directory;
        int process;
        using (var daemon = Start(kind))
        {
            using var domain = daemon.CreateDomain(5);
            directory = daemon.RunDirectory;
            process = daemon.ProcessId;
            Assert.True(Directory.Exists($"/proc/{process}"));
        }

        Assert.False(Directory.Exists(directory));
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    [Fact]
    public void Daemon_that_does_not_start_says_why()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => RealDaemon.Start(DaemonKind.OCaml417, "--nonsense"));
        Assert.Contains("--nonsense", failure.Message, StringComparison.Ordinal);
    }

    private static RealDaemon Start(string kind) => RealDaemon.Start(Enum.Parse<DaemonKind>(kind));

    private static void Give(RawStore store, string path, int domid)
    {
        Succeeds(store.Ask(RawStore.Write, path + "\0"));
        Succeeds(store.Ask(RawStore.SetPermissions, $"{path}\0n{domid}\0"));
    }

    private static void Succeeds(RawReply reply) => Assert.Equal("OK\0", reply.Text);
}
