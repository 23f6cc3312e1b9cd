using System;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Store.Tests.Clients;

/// <summary>What came with Xen 4.21, which no daemon at hand has: the store in memory plays it.</summary>
public sealed class NewDaemonTests : IDisposable
{
    private readonly InMemoryXenStore _store = new(new StoreOptions { Release = StoreRelease.Xen421 });
    private readonly RecordingEndpoint _recording;
    private readonly XenStoreClient _client;

    public NewDaemonTests()
    {
        _recording = new RecordingEndpoint(_store.Endpoint());
        _client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = _recording });
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Depth_is_left_to_the_daemon()
    {
        await using var watch = await _client.OpenWatchAsync("/a", depth: 1).Soon();
        Assert.Equal(XenStoreWatchEventKind.Initial, (await watch.ReadAsync().Soon())!.Value.Kind);
        var request = Assert.Single(_recording.Sent, static packet => packet.Type == MessageType.Watch);
        Assert.EndsWith("\01\0", request.Text, StringComparison.Ordinal);
        Assert.Equal(MessageType.Watch, _recording.AnswerTo(request)!.Type);
        await _client.WriteAsync("/a/b/c", "value").Soon();
        await _client.WriteAsync("/a/b", "value").Soon();
        Assert.Equal("/a/b", (await watch.ReadAsync().Soon())!.Value.Path);
        Assert.DoesNotContain(_recording.Received, static packet => packet.Subject == "/a/b/c");
    }

    [Fact]
    public async Task Depth_is_kept_when_a_watch_is_set_again()
    {
        await using var watch = await _client.OpenWatchAsync("/a", depth: 0).Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        _store.Restart();
        Assert.Equal(XenStoreWatchEventKind.Rearmed, (await watch.ReadAsync().Soon())!.Value.Kind);
        await _client.WriteAsync("/a/b", "value").Soon();
        await _client.WriteAsync("/a", "value").Soon();
        Assert.Equal("/a", (await watch.ReadAsync().Soon())!.Value.Path);
        Assert.DoesNotContain(_recording.Received, static packet => packet.Subject == "/a/b");
    }

    [Fact]
    public async Task Special_watch_with_a_depth_names_the_domain()
    {
        await using var watch = await _client.OpenWatchAsync("@releaseDomain", depth: 1).Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        _store.IntroduceDomain(new DomainId(7));
        _store.DestroyDomain(new DomainId(7));
        Assert.Equal("@releaseDomain/7", (await watch.ReadAsync().Soon())!.Value.Path);
    }

    [Fact]
    public async Task Features_and_quotas_are_read_and_set()
    {
        Assert.NotEqual(0u, await _client.GetFeaturesAsync().Soon());
        _store.CreateDomain(new DomainId(7));
        await _client.SetFeaturesAsync(new DomainId(7), 0).Soon();
        Assert.Equal(0u, await _client.GetFeaturesAsync(new DomainId(7)).Soon());
        Assert.Contains("nodes", await _client.GetQuotaNamesAsync().Soon());
        await _client.SetQuotaAsync("nodes", 77).Soon();
        Assert.Equal(77u, await _client.GetQuotaAsync("nodes").Soon());
    }
}
