using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Lab;

/// <summary>Real domains that xl makes and destroys, as a client in dom0 sees them.</summary>
[Trait("Category", "InDom0")]
public sealed class RealDomainsTests
{
    [Fact]
    public Task Coming_and_going_of_real_domains_is_seen_through_the_socket() => ComeAndGo(XenStoreEndpoint.Default);

    [Fact]
    public Task Coming_and_going_of_real_domains_is_seen_through_xenbus() => ComeAndGo(XenStoreEndpoint.Xenbus());

    private static async Task ComeAndGo(XenStoreEndpoint endpoint)
    {
        await using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = endpoint });
        await using var events = client.WatchDomainsAsync().GetAsyncEnumerator();
        await ComesTo(new XenStoreDomainEvent(XenStoreDomainEventKind.Introduced, default(Xen.Sys.DomainId)));
        for (var round = 0; round < 2; round++)
        {
            var domain = await Toolstack.CreateAsync();
            await ComesTo(new XenStoreDomainEvent(XenStoreDomainEventKind.Introduced, domain));
            Assert.Equal(await client.GetDomainPathAsync(domain).Soon(), $"/local/domain/{domain}");
            Assert.Equal("paused", await client.ReadAsync($"/local/domain/{domain}/name").Soon());
            await Toolstack.DestroyAsync();
            await ComesTo(new XenStoreDomainEvent(XenStoreDomainEventKind.Released, domain));
        }

        async Task ComesTo(XenStoreDomainEvent expected)
        {
            do
                Assert.True(await events.MoveNextAsync().Soon());
            while (events.Current != expected);
        }
    }
}
