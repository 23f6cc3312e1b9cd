using System;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;
using Xen.Sys;

namespace Xen.Store.Tests.Clients;

/// <content>Domains, and the daemon itself.</content>
public abstract partial class StoreClientTests
{
    [Fact]
    public async Task Path_of_a_domain_is_known_whether_it_is_there_or_not()
    {
        Assert.Equal("/local/domain/0", await _client.GetDomainPathAsync(default).Soon());
        Assert.Equal("/local/domain/7777", await _client.GetDomainPathAsync(new DomainId(7777)).Soon());
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Domain_is_introduced_from_its_introduction_to_its_release()
    {
        using var domain = _store.CreateUnknownDomain(_store.NextDomain());
        Assert.False(await _client.IsDomainIntroducedAsync(domain.Id).Soon());
        await Introduce(domain.Id);
        Assert.True(await _client.IsDomainIntroducedAsync(domain.Id).Soon());
        await _client.ReleaseDomainAsync(domain.Id).Soon();
        Assert.False(await _client.IsDomainIntroducedAsync(domain.Id).Soon());
        Assert.True(await _client.IsDomainIntroducedAsync(default).Soon());
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Introduction_and_release_are_watched()
    {
        await using var introductions = await Watch("@introduceDomain");
        await using var releases = await Watch("@releaseDomain");
        using var domain = _store.CreateUnknownDomain(_store.NextDomain());
        await Introduce(domain.Id);
        await Speaks(introductions, "@introduceDomain");
        domain.Shutdown();
        await Speaks(releases, "@releaseDomain");
        domain.Destroy();
        await Speaks(releases, "@releaseDomain");
    }

    [Fact]
    public async Task Domain_that_is_not_there_cannot_be_introduced()
    {
        var nobody = _store.NextDomain();
        var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(() => Introduce(nobody));
        Assert.Equal("introduce", refusal.Operation);
        Assert.Contains(nobody.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Domain_that_was_not_introduced_is_not_released_or_resumed()
    {
        var nobody = _store.NextDomain();
        var error = _store.IsOCaml ? XenStoreError.Invalid : XenStoreError.NotFound;
        await Refused(error, nobody.ToString(), () => _client.ReleaseDomainAsync(nobody));
        await Assert.ThrowsAsync<XenStoreReplyException>(() => _client.ResumeDomainAsync(nobody).Soon());
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Domain_that_was_shut_down_is_resumed()
    {
        using var domain = _store.CreateDomain();
        await using var releases = await Watch("@releaseDomain");
        domain.Shutdown();
        await Speaks(releases, "@releaseDomain");
        await _client.ResumeDomainAsync(domain.Id).Soon();
        Assert.True(await _client.IsDomainIntroducedAsync(domain.Id).Soon());
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Target_gives_its_rights_to_a_domain()
    {
        using var guest = _store.CreateDomain();
        using var helper = _store.CreateDomain();
        await Give(guest.Home, guest.Id);
        using var client = helper.Connect();
        await Refused(XenStoreError.AccessDenied, guest.Home, async () => await client.ReadAsync(guest.Home));
        await _client.SetTargetAsync(helper.Id, guest.Id).Soon();
        Assert.Equal("", await client.ReadAsync(guest.Home).Soon());
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Coming_and_going_of_domains_is_a_stream()
    {
        using var early = _store.CreateDomain();
        await _client.WriteAsync(early.Home, "").Soon();
        await using var events = _client.WatchDomainsAsync().GetAsyncEnumerator();
        await ComesTo(XenStoreDomainEventKind.Introduced, early.Id);

        using var late = _store.CreateUnknownDomain(_store.NextDomain());
        await _client.WriteAsync(late.Home, "").Soon();
        late.Introduce();
        await ComesTo(XenStoreDomainEventKind.Introduced, late.Id);
        late.Shutdown();
        await ComesTo(XenStoreDomainEventKind.ShutDown, null);
        late.Destroy();
        await ComesTo(XenStoreDomainEventKind.Released, late.Id);
        early.Destroy();
        await ComesTo(XenStoreDomainEventKind.Released, early.Id);

        async Task ComesTo(XenStoreDomainEventKind kind, DomainId? domain)
        {
            do
                Assert.True(await events.MoveNextAsync().Soon());
            while (events.Current != new XenStoreDomainEvent(kind, domain));
        }
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Reset_ends_watches_and_transactions_of_the_connection()
    {
        using var domain = _store.CreateDomain();
        await Give(domain.Home, domain.Id);
        using var client = domain.Connect();
        await using var watch = await client.OpenWatchAsync("a").Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        await using var transaction = await client.BeginTransactionAsync().Soon();
        await client.ResetWatchesAsync().Soon();
        await Assert.ThrowsAsync<XenStoreReplyException>(() => transaction.ReadAsync("a").Soon());

        await using var later = await client.OpenWatchAsync("b").Soon();
        Assert.NotNull(await later.ReadAsync().Soon());
        await client.WriteAsync("a", "value").Soon();
        await client.WriteAsync("b", "value").Soon();
        await Speaks(later, "b");
        var wait = watch.ReadAsync().AsTask();
        Assert.False(wait.IsCompleted);
        await watch.DisposeAsync().Soon();
        Assert.Null(await wait.Soon());
    }

    [Fact]
    public async Task Daemon_takes_commands()
    {
        if (_store.IsOCaml)
        {
            // The daemon in OCaml says so to whatever it does not know.
            Assert.Equal("OK", await _client.ControlAsync("nonsense", ["a", "b"]).Soon());
            return;
        }

        Assert.Contains("log", await _client.ControlAsync("help").Soon(), StringComparison.Ordinal);
        await Refused(XenStoreError.Invalid, "nonsense", async () => await _client.ControlAsync("nonsense"));
    }

    [Fact]
    public async Task Requests_that_came_with_Xen_4_21_are_ENOSYS_before()
    {
        foreach (Func<ValueTask> act in new Func<ValueTask>[]
        {
            async () => await _client.GetFeaturesAsync(),
            async () => await _client.GetFeaturesAsync(default(DomainId)),
            () => _client.SetFeaturesAsync(new DomainId(5), 1),
            async () => await _client.GetQuotaNamesAsync(),
            async () => await _client.GetQuotaAsync("nodes"),
            async () => await _client.GetQuotaAsync("nodes", new DomainId(5)),
            () => _client.SetQuotaAsync("nodes", 5),
            () => _client.SetQuotaAsync("nodes", 5, new DomainId(5)),
        })
        {
            var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(() => act().Soon());
            Assert.Equal(XenStoreError.NotImplemented, refusal.Error);
        }
    }

    private Task Introduce(DomainId domain) => _client.IntroduceDomainAsync(
        domain, new GuestFrameNumber(0x1000ul + domain.Value), new EventChannelPort(9)).Soon();

    private async Task Give(string path, DomainId domain)
    {
        await _client.WriteAsync(path, "").Soon();
        await _client.SetPermissionsAsync(path, [new(XenStoreAccessRights.None, domain)]).Soon();
    }
}
