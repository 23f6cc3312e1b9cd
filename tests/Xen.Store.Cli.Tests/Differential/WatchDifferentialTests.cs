using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>Xen's program and this tool watch the same store at the same time, and must print the same.</summary>
public sealed class WatchDifferentialTests
{
    private const int Cases = 60;
    private const int MostChanges = 30;
    private static readonly string[] Keys = ["/w", "/w/a", "/w/a/b", "/", "own", "own/x", "/other", "/gone/node"];
    private static readonly string[] Nodes = ["/w", "/w/a", "/w/a/b", "/w/c", "own/x", "own", "/other/x/y", "/gone/node"];

    [Fact(Timeout = 60_000)]
    public async Task Watch_prints_the_same_events_in_the_same_order()
    {
        using var daemon = RealDaemon.Start(DaemonKind.C417);
        var endpoint = XenStoreEndpoint.Unix(daemon.SocketPath);
        var upstream = new UpstreamProgram("4.17", daemon.SocketPath);
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = endpoint });
        var random = new Random(7);
        for (var i = 0; i < Cases; i++)
        {
            string[] keys = [.. Keys.OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
            Word[] words = [Word.Of("-n"), Word.Of($"{keys.Length + random.Next(1, MostChanges)}"), .. keys.Select(Word.Of)];
            using var process = upstream.Start("xenstore-watch", words);
            var live = new LiveOutput();
            var running = Task.Run(() => ToolRun.AsAsync("xenstore-watch", endpoint, words, output: live), TestContext.Current.CancellationToken);
            var expected = new StringBuilder();
            foreach (var _ in keys)
                expected.Append(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).Append('\n');
            await live.WaitForLinesAsync(keys.Length, running);

            var rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            for (var changes = 0; !(running.IsCompleted && rest.IsCompleted); changes++)
                await ChangeAsync(client, random, isPatient: changes > MostChanges);
            var run = await running;
            Assert.Equal(expected.Append(await rest).ToString(), run.Out);
            process.WaitForExit();
            Assert.Equal(process.ExitCode, run.Code);
        }
    }

    [Theory(Timeout = 20_000)]
    [InlineData("-n", "0", "/w")]
    [InlineData("-n", "-2", "/w")]
    [InlineData("-n", "x", "/w")]
    [InlineData("-n", "1x", "/w")]
    [InlineData("-n", "4294967297", "/w")]
    [InlineData("-n", "2147483649", "/w")]
    [InlineData("-n", " 1", "/w")]
    [InlineData("-n", "2", "/w", "/w")]
    [InlineData("-n", "2", "/w", "/w/")]
    [InlineData("-n", "2", "/w", "a b")]
    [InlineData("-n", "0", "a b")]
    [InlineData("-n", "1", "")]
    [InlineData("-n", "1", "-x", "/w")]
    [InlineData("--number", "1", "/w")]
    [InlineData("--num=1", "/w")]
    [InlineData("-n1", "-n2", "/w", "/a")]
    [InlineData("-sn1", "/w")]
    [InlineData("-n")]
    [InlineData("-f", "/w")]
    [InlineData("-h")]
    [InlineData]
    public async Task Watch_ends_the_same(params string[] words)
    {
        using var daemon = RealDaemon.Start(DaemonKind.C417);
        Word[] line = [.. words.Select(Word.Of)];
        var expected = new UpstreamProgram("4.17", daemon.SocketPath).Run("xenstore-watch", line);
        var actual = await ToolRun.AsAsync(
            "xenstore-watch", XenStoreEndpoint.Unix(daemon.SocketPath), line, stop: TestContext.Current.CancellationToken);
        Assert.Equal((expected.Code, expected.Out), (actual.Code, actual.Out));
    }

    private static async Task ChangeAsync(XenStoreClient client, Random random, bool isPatient)
    {
        if (isPatient)
            await Task.Delay(5);
        var path = Nodes[random.Next(Nodes.Length)];
        if (random.Next(5) == 0)
            await client.TransactAsync(async transaction =>
            {
                await transaction.WriteAsync(path, "a");
                await transaction.WriteAsync(path + "/t", "b");
            });
        else if (random.Next(4) == 0 && await client.ExistsAsync(path))
            await client.RemoveAsync(path);
        else
            await client.WriteAsync(path, "value");
    }
}
