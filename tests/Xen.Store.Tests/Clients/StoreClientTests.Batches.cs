using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <content>Many nodes at once.</content>
public abstract partial class StoreClientTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(512)]
    public async Task Many_are_written_and_read_whatever_may_be_under_way(int maximum)
    {
        const int Count = 1500;
        using var client = _store.Connect(new XenStoreOptions { MaximumRequestsInFlight = maximum });
        var pairs = Enumerable.Range(0, Count).Select(number => Pair($"{_root}/{number}", $"value {number}")).ToArray();
        await client.WriteManyAsync(pairs).Soon();
        var values = await client.ReadManyAsync([.. pairs.Select(static pair => pair.Key)]).Soon();
        Assert.Equal(pairs.Select(static pair => pair.Value), values);
        await client.RemoveAsync(_root).Soon();
    }

    [Fact]
    public async Task Missing_nodes_among_many_are_null()
    {
        await _client.WriteAsync(_root + "/there", "value").Soon();
        await Holds((_root + "/x", null), (_root + "/there", "value"), (_root + "/y", null));
        var bytes = await _client.ReadManyBytesAsync([_root + "/x", _root + "/there"]).Soon();
        Assert.Null(bytes[0]);
        Assert.Equal("value"u8.ToArray(), bytes[1]);
    }

    [Fact]
    public async Task None_of_many_is_none()
    {
        Assert.Empty(await _client.ReadManyAsync([]).Soon());
        await _client.WriteManyAsync(Array.Empty<KeyValuePair<string, string>>()).Soon();
    }

    [Fact]
    public async Task Many_writes_take_effect_in_their_order()
    {
        await _client.WriteManyAsync([.. Enumerable.Range(0, 300).Select(number => Pair(_root, $"{number}"))]).Soon();
        Assert.Equal("299", await _client.ReadAsync(_root).Soon());
        var last = Encoding.UTF8.GetBytes("bytes").AsMemory();
        await _client.WriteManyAsync([new KeyValuePair<string, ReadOnlyMemory<byte>>(_root, last)]).Soon();
        Assert.Equal("bytes", await _client.ReadAsync(_root).Soon());
    }

    [Fact]
    public async Task Failure_of_one_of_many_names_it_and_leaves_the_others()
    {
        // In C the daemon refuses a value for a special path, in OCaml one that is longer than the quota.
        var bad = _store.IsOCaml ? Pair(_root + "/bad", new string('x', 3000)) : Pair("@releaseDomain", "x");
        var pairs = new[] { Pair(_root + "/1", "1"), bad, Pair(_root + "/2", "2") };
        var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(() => _client.WriteManyAsync(pairs).Soon());
        Assert.Equal(bad.Key, refusal.Path);
        Assert.Equal("write", refusal.Operation);
        await Holds((_root + "/1", "1"), (_root + "/2", "2"));
    }

    [Fact]
    public async Task Many_at_once_by_many_callers_are_all_right()
    {
        var tasks = Enumerable.Range(0, 16).Select(async caller =>
        {
            for (var round = 0; round < 40; round++)
            {
                var path = $"{_root}/{caller}/{round % 3}";
                await _client.WriteAsync(path, $"{caller} {round}");
                Assert.Equal($"{caller} {round}", await _client.ReadAsync(path));
            }
        });
        await Task.WhenAll(tasks).Soon();
    }
}
