using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Tests.Stores;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <content>Clients in domains without privileges, over their rings.</content>
public abstract partial class StoreClientTests
{
    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Guest_has_its_own_part_of_the_store_by_relative_paths()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        await client.WriteAsync("data/name", "value").Soon();
        Assert.Equal("value", await client.ReadAsync("data/name").Soon());
        Assert.Equal("value", client.Read(guest.Home + "/data/name"));
        Assert.Equal("value", await _client.ReadAsync(guest.Home + "/data/name").Soon());
        Assert.Equal(["name"], await client.ListAsync("data").Soon());
        Assert.Equal(guest.Id, (await client.GetPermissionsAsync("data/name").Soon())[0].Domain);
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Guest_gets_EACCES_with_the_path_elsewhere()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        await _client.WriteAsync(_root, "secret").Soon();
        await Refused(XenStoreError.AccessDenied, _root, async () => await client.ReadAsync(_root));
        await Refused(XenStoreError.AccessDenied, _root, async () => await client.ReadManyAsync(["data", _root]));
        await Refused(XenStoreError.AccessDenied, _root, () => client.WriteAsync(_root, "value"));
        await Refused(XenStoreError.AccessDenied, _root, async () => await client.ListAsync(_root));
        await Refused(XenStoreError.AccessDenied, _root, () => client.RemoveAsync(_root));
        await Refused(XenStoreError.AccessDenied, _root + "/new", () => client.MakeDirectoryAsync(_root + "/new"));
        var refusal = await Refused(
            XenStoreError.AccessDenied, _root, () => client.SetPermissionsAsync(_root, [new(XenStoreAccessRights.None, guest.Id)]));
        Assert.Equal($"XenStore set_perms of {_root} failed: EACCES (the node's permissions do not allow it)", refusal.Message);
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Guest_may_not_do_what_toolstacks_do()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        Func<ValueTask>[] acts =
        [
            () => client.IntroduceDomainAsync(guest.Id, new(5), new(5)),
            () => client.ReleaseDomainAsync(guest.Id),
            () => client.ResumeDomainAsync(guest.Id),
            () => client.SetTargetAsync(guest.Id, default),
        ];
        foreach (var act in acts)
        {
            var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(() => act().Soon());
            Assert.Equal(XenStoreError.AccessDenied, refusal.Error);
        }
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Guest_watches_what_it_may_read()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        await using var relative = await client.OpenWatchAsync("data").Soon();
        await using var absolute = await client.OpenWatchAsync(guest.Home).Soon();
        await using var closed = await client.OpenWatchAsync(_root).Soon();
        foreach (var watch in new[] { relative, absolute, closed })
            Assert.Equal(new XenStoreWatchEvent(watch.Path, XenStoreWatchEventKind.Initial), await watch.ReadAsync().Soon());

        await _client.WriteAsync(_root, "secret").Soon();
        await client.WriteAsync("data/a", "value").Soon();
        await SpeaksOf(relative, "data/a");
        await SpeaksOf(absolute, guest.Home + "/data/a");
        var silent = closed.ReadAsync().AsTask();
        Assert.False(silent.IsCompleted);
        await _client.SetPermissionsAsync(_root, [new(XenStoreAccessRights.Read, default)]).Soon();
        await _client.WriteAsync(_root, "open").Soon();
        Assert.Equal(new XenStoreWatchEvent(_root, XenStoreWatchEventKind.Changed), await silent.Soon());
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Guest_transacts_and_waits()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        await client.WriteAsync("data/count", "0").Soon();
        var wait = client.WaitUntilAsync("data/count", static value => value is "1").AsTask();
        await client.TransactAsync(async transaction =>
        {
            Assert.Equal("0", await transaction.ReadAsync("data/count"));
            await transaction.WriteAsync("data/count", "1");
        }).Soon();
        Assert.Equal("1", await wait.Soon());
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Ring_of_a_guest_carries_far_more_than_it_holds()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        var pairs = Enumerable.Range(0, 200).Select(number => Pair($"data/{number}", new string((char)('a' + (number % 26)), 500))).ToArray();
        await client.WriteManyAsync(pairs).Soon();
        var values = await client.ReadManyAsync([.. pairs.Select(static pair => pair.Key)]).Soon();
        Assert.Equal(pairs.Select(static pair => pair.Value), values);
        Assert.Equal(200, (await client.SnapshotAsync("data").Soon()).Children.Count);
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Snapshot_has_what_may_not_be_read_by_its_name_only()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        await client.WriteAsync("data/open", "value").Soon();
        await _client.WriteAsync(guest.Home + "/data/closed", "secret").Soon();
        await _client.SetPermissionsAsync(guest.Home + "/data/closed", [new(XenStoreAccessRights.None, default)]).Soon();
        var tree = await client.SnapshotAsync("data").Soon();
        var closed = tree.Children.Single(static node => node.Name == "closed");
        Assert.Equal((false, 0, 0, 0), (closed.IsReadable, closed.Value.Length, closed.Permissions.Count, closed.Children.Count));
        Assert.True(tree.Children.Single(static node => node.Name == "open").IsReadable);
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Quotas_of_a_guest_are_refusals_that_say_so()
    {
        using var guest = await CreateGuest();
        using var client = guest.Connect();
        await Refused(
            _store.IsOCaml ? XenStoreError.TooBig : XenStoreError.QuotaExceeded,
            "data/long",
            () => client.WriteAsync("data/long", new string('x', 2100)));

        var transactions = new List<XenStoreTransaction>();
        var refusal = await UntilRefused(20, async () => transactions.Add(await client.BeginTransactionAsync()));
        Assert.Equal((XenStoreError.QuotaExceeded, "transaction_start"), (refusal.Error, refusal.Operation));
        foreach (var transaction in transactions)
            await transaction.DisposeAsync().Soon();
        await client.TransactAsync(static transaction => transaction.WriteAsync("data/after", "value")).Soon();

        var watches = new List<XenStoreWatch>();
        refusal = await UntilRefused(200, async () => watches.Add(await client.OpenWatchAsync($"data/{watches.Count}")));
        Assert.Equal(_store.IsOCaml ? XenStoreError.QuotaExceeded : XenStoreError.TooBig, refusal.Error);
        Assert.Equal($"data/{watches.Count}", refusal.Path);
        foreach (var watch in watches)
            await watch.DisposeAsync().Soon();
        await using var again = await client.OpenWatchAsync("data/again").Soon();

        var nodes = 0;
        refusal = await UntilRefused(12_000, () => client.WriteAsync($"data/{nodes % 10}/{nodes++}", ""));
        Assert.Equal((XenStoreError.QuotaExceeded, "write"), (refusal.Error, refusal.Operation));
    }

    private static async Task<XenStoreReplyException> UntilRefused(int most, Func<ValueTask> act)
    {
        for (var i = 0; i < most; i++)
        {
            try
            {
                await act().Soon();
            }
            catch (XenStoreReplyException refusal)
            {
                return refusal;
            }
        }

        throw new InvalidOperationException($"not refused after {most}");
    }

    private async Task<TestDomain> CreateGuest()
    {
        var guest = _store.CreateDomain();
        await Give(guest.Home, guest.Id);
        await Give(guest.Home + "/data", guest.Id);
        return guest;
    }
}
