using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>This tool and Xen's programs are given the same store and the same words, and must print and do the same.</summary>
public sealed class DifferentialTests
{
    private const int Stores = 25;
    private const int LinesPerStore = 6;
    private static readonly string[] Reading = ["ls", "list", "read", "exists"];
    private static readonly string[] Writing = ["write", "rm", "chmod"];

    [Theory]
    [InlineData("4.17", 1)]
    [InlineData("4.20", 2)]
    public async Task Tool_prints_and_does_what_Xens_programs_do(string release, int seed)
    {
        using var daemon = RealDaemon.Start(release == "4.17" ? DaemonKind.C417 : DaemonKind.C420);
        using var first = daemon.CreateDomain(1);
        using var second = daemon.CreateDomain(2);
        var endpoint = XenStoreEndpoint.Unix(daemon.SocketPath);
        var upstream = new UpstreamProgram(release, daemon.SocketPath);
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = endpoint });
        var cases = 0;
        for (var i = 0; i < Stores; i++)
        {
            var store = new StoreSeed((seed * 1000) + i, [0, 1, 2]);
            var lines = new CommandSeed((seed * 1000) + i, store);
            await store.FillAsync(client, TestContext.Current.CancellationToken);
            foreach (var command in Enumerable.Repeat(Reading, LinesPerStore).SelectMany(static names => names))
            {
                var words = lines.Words(command);
                var expected = upstream.Run($"xenstore-{command}", words);
                Compare(expected, await ToolRun.AsAsync($"xenstore-{command}", endpoint, words, stop: TestContext.Current.CancellationToken), command, words);
                await CompareOwnNameAsync(expected, command, words, endpoint);
                cases++;
            }

            foreach (var command in Enumerable.Repeat(Writing, LinesPerStore).SelectMany(static names => names))
            {
                var words = lines.Words(command);
                await store.FillAsync(client, TestContext.Current.CancellationToken);
                var expected = upstream.Run($"xenstore-{command}", words);
                var expectedStore = await DumpAsync(client);
                await store.FillAsync(client, TestContext.Current.CancellationToken);
                Compare(expected, await ToolRun.AsAsync($"xenstore-{command}", endpoint, words, stop: TestContext.Current.CancellationToken), command, words);
                Assert.Equal(expectedStore, await DumpAsync(client));
                cases++;
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{cases} command lines with Xen {release}");
    }

    private static void Compare(ToolRun expected, ToolRun actual, string command, List<Word> words)
    {
        if (expected.Code == actual.Code && expected.Bytes.AsSpan().SequenceEqual(actual.Bytes))
            return;
        Assert.Fail(
            $"xenstore-{command} {string.Join(' ', words.Select(static word => $"[{word}]"))}\n"
                + $"Xen: {expected.Code} {expected.Error}{expected.Out}\n"
                + $"this tool: {actual.Code} {actual.Error}{actual.Out}");
    }

    // By its own name, it tells more by its exit code, but yes is yes and no is no.
    private static async Task CompareOwnNameAsync(ToolRun expected, string command, List<Word> words, XenStoreEndpoint endpoint)
    {
        if (words.Exists(static word => word.Text.StartsWith("--", StringComparison.Ordinal) || word.Text is "-h"))
            return;
        var own = await ToolRun.AsAsync("xenstore", endpoint, [Word.Of(command), .. words], stop: TestContext.Current.CancellationToken);
        Compare(expected with { Code = Math.Min(expected.Code, 1) }, own with { Code = Math.Min(own.Code, 1) }, command, words);
    }

    private static async Task<string> DumpAsync(XenStoreClient client)
    {
        var text = new StringBuilder();
        Append(await client.SnapshotAsync("/", TestContext.Current.CancellationToken));
        return text.ToString();

        void Append(XenStoreNode node)
        {
            text.Append(node.Path).Append(' ').AppendJoin(',', node.Permissions).Append(' ').Append(Convert.ToHexString(node.Value.Span)).Append('\n');
            foreach (var child in node.Children)
                Append(child);
        }
    }
}
