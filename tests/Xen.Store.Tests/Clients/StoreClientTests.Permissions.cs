using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <content>Permissions.</content>
public abstract partial class StoreClientTests
{
    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Permissions_are_read_as_they_were_set()
    {
        using var one = _store.CreateDomain();
        using var other = _store.CreateDomain();
        await _client.WriteAsync(_root, "value").Soon();
        XenStorePermission[] permissions =
        [
            new(XenStoreAccessRights.None, default),
            new(XenStoreAccessRights.ReadWrite, one.Id),
            new(XenStoreAccessRights.Read, other.Id),
        ];
        await _client.SetPermissionsAsync(_root, permissions).Soon();
        Assert.Equal(permissions, await _client.GetPermissionsAsync(_root).Soon());
        Assert.Equal(permissions, _client.GetPermissions(_root));

        permissions = [new(XenStoreAccessRights.Write, one.Id)];
        _client.SetPermissions(_root, permissions);
        Assert.Equal(permissions, _client.GetPermissions(_root));
    }

    [Fact]
    public async Task New_node_belongs_to_who_made_it()
    {
        await _client.WriteAsync(_root, "value").Soon();
        var permissions = await _client.GetPermissionsAsync(_root).Soon();
        Assert.Equal(default, permissions[0].Domain);
    }

    [Fact]
    public async Task Missing_node_has_no_permissions()
    {
        await Refused(XenStoreError.NotFound, _root, async () => await _client.GetPermissionsAsync(_root));
        await Refused(
            XenStoreError.NotFound,
            _root,
            () => _client.SetPermissionsAsync(_root, [new(XenStoreAccessRights.None, default)]));
    }

    [Fact]
    [Trait("Needs", "Domains")]
    public async Task Permissions_of_a_transaction_hold_from_its_commit_on()
    {
        using var domain = _store.CreateDomain();
        await _client.WriteAsync(_root, "value").Soon();
        var before = await _client.GetPermissionsAsync(_root).Soon();
        XenStorePermission[] permissions = [new(XenStoreAccessRights.Read, domain.Id)];
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        await transaction.SetPermissionsAsync(_root, permissions).Soon();
        Assert.Equal(permissions, await transaction.GetPermissionsAsync(_root).Soon());
        Assert.Equal(before, await _client.GetPermissionsAsync(_root).Soon());
        Assert.True(await transaction.CommitAsync().Soon());
        Assert.Equal(permissions, await _client.GetPermissionsAsync(_root).Soon());
    }
}
