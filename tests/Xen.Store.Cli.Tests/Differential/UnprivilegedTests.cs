using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>Xen's programs and this tool as a domain that may not do all, in a store in memory.</summary>
public sealed class UnprivilegedTests
{
    private static readonly string[][] Lines =
    [
        ["ls"], ["ls", "-p"], ["ls", "-fp"], ["ls", "/open"], ["ls", "-f", "/open"], ["ls", "/secret"], ["ls", "/open", "/secret"],
        ["list", "/secret"], ["list", "/open", "/secret"], ["read", "/secret"], ["read", "/open/value", "/open/secret"],
        ["exists", "/open/secret"], ["exists", "/open/value"], ["write", "/open/new", "x"], ["write", "own", "x"], ["rm", "/open/value"],
        ["chmod", "/open/value", "n5"], ["chmod", "own", "n5", "r0"], ["watch", "-n", "1", "/secret"], ["watch", "-n", "1", "own"],
    ];

    [Fact]
    public async Task Domain_is_refused_alike()
    {
        var domain = new DomainId(5);
        var store = new InMemoryXenStore();
        store.CreateDomain(domain);
        store.IntroduceDomain(domain);
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = store.Endpoint() });
        await FillAsync(client, domain);
        var folder = Directory.CreateTempSubdirectory("xs-").FullName;
        var socket = Path.Combine(folder, "socket");
        await using var server = XenStoreServer.Start(store, socket, domain);
        var upstream = new UpstreamProgram("4.17", socket);
        foreach (var line in Lines)
        {
            Word[] words = [.. line[1..].Select(Word.Of)];
            var expected = upstream.Run($"xenstore-{line[0]}", words);
            var actual = await ToolRun.AsAsync(
                $"xenstore-{line[0]}", XenStoreEndpoint.Unix(socket), words, stop: TestContext.Current.CancellationToken);
            Assert.Equal((string.Join(' ', line), expected.Code, expected.Out), (string.Join(' ', line), actual.Code, actual.Out));
        }

        await server.DisposeAsync();
        Directory.Delete(folder);
    }

    private static async Task FillAsync(XenStoreClient client, DomainId domain)
    {
        XenStorePermission[] open = [new(XenStoreAccessRights.Read, new DomainId(0))];
        XenStorePermission[] own = [new(XenStoreAccessRights.None, domain)];
        await client.WriteAsync("/open/value", "1");
        await client.WriteAsync("/open/secret", "2");
        await client.WriteAsync("/secret/below", "3");
        await client.MakeDirectoryAsync("/local/domain/5");
        foreach (var path in new[] { "/", "/open", "/open/value", "/local", "/local/domain" })
            await client.SetPermissionsAsync(path, open);
        await client.SetPermissionsAsync("/local/domain/5", own);
    }
}
