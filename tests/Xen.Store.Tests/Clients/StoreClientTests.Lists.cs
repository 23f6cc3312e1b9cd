using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <content>Children.</content>
public abstract partial class StoreClientTests
{
    private const int ManyChildren = 700;

    [Fact]
    public async Task Children_are_listed_by_their_names()
    {
        string[] names = ["a", "B-2", "c_3", "d@4", "0"];
        foreach (var name in names)
            await _client.WriteAsync($"{_root}/{name}/below", "value").Soon();
        Assert.Equal(names.Order(), (await _client.ListAsync(_root).Soon()).Order());
        Assert.Equal(names.Order(), _client.List(_root).Order());
    }

    [Fact]
    public async Task Node_without_children_has_an_empty_list()
    {
        await _client.WriteAsync(_root, "value").Soon();
        Assert.Empty(await _client.ListAsync(_root).Soon());
        Assert.Empty(_client.List(_root));
    }

    [Fact]
    public async Task Missing_node_has_no_list()
    {
        await Refused(XenStoreError.NotFound, _root, async () => await _client.ListAsync(_root));
        Assert.Equal(XenStoreError.NotFound, Assert.Throws<XenStoreReplyException>(() => _client.List(_root)).Error);
    }

    [Fact]
    public async Task List_that_is_too_long_for_one_answer_is_complete()
    {
        var names = await MakeManyChildren();
        Assert.Equal(names, (await _client.ListAsync(_root).Soon()).Order());
        Assert.Equal(names, _client.List(_root).Order());
    }

    [Fact]
    public async Task Long_list_is_seen_as_its_transaction_sees_it()
    {
        var names = await MakeManyChildren();
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        Assert.Equal(names, (await transaction.ListAsync(_root).Soon()).Order());
        await _client.WriteAsync(_root + "/new", "value").Soon();
        Assert.Equal(names, (await transaction.ListAsync(_root).Soon()).Order());
    }

    private async Task<IEnumerable<string>> MakeManyChildren()
    {
        var names = Enumerable.Range(0, ManyChildren).Select(static number => $"child-with-a-long-name-{number:d4}").ToArray();
        await _client.WriteManyAsync([.. names.Select(name => Pair($"{_root}/{name}", ""))]).Soon();
        return names;
    }
}
