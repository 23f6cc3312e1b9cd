using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Lab;

/// <summary>The client in a real guest, which has the xenbus device and its own part of the store. tests/EndToEnd brings it there.</summary>
[Trait("Category", "InDomU")]
public sealed class InGuestTests : IDisposable
{
    private readonly XenStoreClient _client = XenStoreClient.Connect();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Relative_paths_lead_to_the_guests_own_part()
    {
        var domid = await _client.ReadAsync("domid").Soon();
        Assert.NotEqual("0", domid);
        Assert.Equal(await _client.ReadAsync($"/local/domain/{domid}/name").Soon(), _client.Read("name"));
    }

    [Fact]
    public async Task What_belongs_to_others_is_refused_with_its_path()
    {
        var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(
            () => _client.WriteAsync("/local/domain/0/guest-was-here", "yes").Soon());
        Assert.Equal(XenStoreError.AccessDenied, refusal.Error);
        Assert.Equal("/local/domain/0/guest-was-here", refusal.Path);
    }

    [Fact]
    public async Task Many_requests_are_under_way_through_xenbus()
    {
        string[] paths = [.. Enumerable.Range(0, 200).Select(i => $"data/many/{i}")];
        await _client.WriteManyAsync([.. paths.Select(path => KeyValuePair.Create(path, "value of " + path))]).Soon();
        Assert.Equal(paths.Select(path => "value of " + path), await _client.ReadManyAsync(paths).Soon());
        Assert.Equal(paths.Length, (await _client.ListAsync("data/many").Soon()).Length);
        await _client.RemoveAsync("data/many").Soon();
    }

    [Fact]
    public async Task Watch_of_the_own_part_speaks_in_relative_paths()
    {
        await using var watch = await _client.OpenWatchAsync("data/watched").Soon();
        Assert.Equal(
            new XenStoreWatchEvent("data/watched", XenStoreWatchEventKind.Initial), await watch.ReadAsync().Soon());
        await _client.WriteAsync("data/watched/node", "value").Soon();
        Assert.Equal(
            new XenStoreWatchEvent("data/watched/node", XenStoreWatchEventKind.Changed), await watch.ReadAsync().Soon());
    }

    [Fact]
    public async Task Transactions_of_several_callers_lose_nothing()
    {
        const int Callers = 4;
        const int Rounds = 10;
        await _client.WriteAsync("data/counter", "0").Soon();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var round = 0; round < Rounds; round++)
                await _client.TransactAsync(Increment);
        })).Soon();
        Assert.Equal((Callers * Rounds).ToString(CultureInfo.InvariantCulture), await _client.ReadAsync("data/counter").Soon());
    }

    [Fact]
    public async Task Cancelled_request_leaves_the_stream_whole()
    {
        await _client.WriteAsync("data/whole", "whole").Soon();
        for (var round = 0; round < 50; round++)
        {
            using var stop = new CancellationTokenSource();
            var cancelled = _client.ReadAsync("name", stop.Token).AsTask();
            await stop.CancelAsync();
            await cancelled.ContinueWith(static _ => { }, TaskScheduler.Default).Soon();
            Assert.Equal("whole", await _client.ReadAsync("data/whole").Soon());
        }
    }

    private static async ValueTask Increment(XenStoreTransaction transaction)
    {
        var value = int.Parse(await transaction.ReadAsync("data/counter"), CultureInfo.InvariantCulture);
        await transaction.WriteAsync("data/counter", (value + 1).ToString(CultureInfo.InvariantCulture));
    }
}
