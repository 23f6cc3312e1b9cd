using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>Listings on terminals of many widths: Xen's program on a pty, this tool told the width.</summary>
public sealed class TerminalWidthTests
{
    [Fact]
    public async Task Ls_cuts_and_aligns_as_Xens_program_does_on_a_terminal()
    {
        using var daemon = RealDaemon.Start(DaemonKind.C417);
        var endpoint = XenStoreEndpoint.Unix(daemon.SocketPath);
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = endpoint });
        await new StoreSeed(4711, [0]).FillAsync(client, TestContext.Current.CancellationToken);
        var upstream = new UpstreamProgram("4.17", daemon.SocketPath);
        foreach (var columns in new[] { 0, 1, 2, 5, 9, 10, 11, 13, 20, 40, 61, 62, 63, 79, 80, 81, 132, 400 })
        {
            foreach (var option in new[] { "-s", "-p", "-f", "-fp" })
            {
                var expected = upstream.RunOnTerminal("xenstore-ls", [Word.Of(option)], columns);
                var actual = await ToolRun.AsAsync(
                    "xenstore-ls", endpoint, [Word.Of(option)], columns, stop: TestContext.Current.CancellationToken);
                Assert.True(expected == actual.Out, $"{columns} columns, {option}:\n{Baseline.Difference(expected, actual.Out)}");
            }
        }
    }
}
