using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <content>Watches.</content>
public abstract partial class StoreClientTests
{
    [Fact]
    public async Task Watch_speaks_first_when_it_is_set_and_then_of_changes()
    {
        await using var watch = await Watch(_root);
        await _client.WriteAsync(_root, "1").Soon();
        await Speaks(watch, _root);
        await _client.WriteAsync(_root + "/a/b", "2").Soon();
        await SpeaksOf(watch, _root + "/a/b");
        await _client.MakeDirectoryAsync(_root + "/d").Soon();
        await SpeaksOf(watch, _root + "/d");
        await _client.SetPermissionsAsync(_root + "/a", [new(XenStoreAccessRights.None, default)]).Soon();
        await SpeaksOf(watch, _root + "/a");
        await _client.RemoveAsync(_root + "/a/b").Soon();
        await SpeaksOf(watch, _root + "/a/b");
    }

    [Fact]
    public async Task Watch_of_what_is_not_there_speaks_when_it_comes()
    {
        await using var watch = await Watch(_root + "/a/b");
        await _client.WriteAsync(_root + "/a/b", "value").Soon();
        await Speaks(watch, _root + "/a/b");
    }

    [Fact]
    public async Task Removal_of_a_parent_is_told_by_the_watched_path()
    {
        await _client.WriteAsync(_root + "/a/b/c", "value").Soon();
        await using var watch = await Watch(_root + "/a/b");
        await _client.RemoveAsync(_root + "/a").Soon();
        await SpeaksOf(watch, _root + "/a/b");
    }

    [Fact]
    public async Task Transaction_is_told_at_its_commit_only()
    {
        await using var watch = await Watch(_root);
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        await transaction.WriteAsync(_root + "/in", "value").Soon();
        await using var aborted = await _client.BeginTransactionAsync().Soon();
        await aborted.WriteAsync(_root + "/never", "value").Soon();
        await aborted.AbortAsync().Soon();
        await _client.WriteAsync(_root + "/before", "value").Soon();
        // Parents that were made are told of by some daemons.
        await SpeaksOf(watch, _root + "/before", except: _root + "/in");
        Assert.True(await transaction.CommitAsync().Soon() || await WriteAgain());
        await SpeaksOf(watch, _root + "/in", except: _root + "/never");

        // C's daemon finds the other write of the same parent in conflict.
        async Task<bool> WriteAgain()
        {
            await _client.TransactAsync(again => again.WriteAsync(_root + "/in", "value")).Soon();
            return true;
        }
    }

    [Fact]
    public async Task Two_watches_of_a_node_do_not_know_of_each_other()
    {
        await using var one = await Watch(_root);
        var other = await Watch(_root);
        await _client.WriteAsync(_root, "1").Soon();
        await Speaks(one, _root);
        await Speaks(other, _root);
        await other.DisposeAsync().Soon();
        Assert.Null(await other.ReadAsync().Soon());
        await _client.WriteAsync(_root, "2").Soon();
        await Speaks(one, _root);
    }

    [Fact]
    public async Task Disposed_watch_is_ended_at_the_daemon()
    {
        var recording = new RecordingEndpoint(_store.Endpoint);
        var log = new ListLogger();
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = recording, Logger = log });
        var watch = await client.OpenWatchAsync(_root).Soon();
        Assert.Equal(XenStoreWatchEventKind.Initial, (await watch.ReadAsync().Soon())!.Value.Kind);
        await watch.DisposeAsync().Soon();
        await watch.DisposeAsync().Soon();
        var unwatch = Assert.Single(recording.Sent, static packet => packet.Type == MessageType.Unwatch);
        Assert.Equal(MessageType.Unwatch, recording.AnswerTo(unwatch)!.Type);

        // Nothing more comes of it: what another watch is told of the same change comes later.
        await using var second = await client.OpenWatchAsync(_root).Soon();
        Assert.Equal(XenStoreWatchEventKind.Initial, (await second.ReadAsync().Soon())!.Value.Kind);
        await client.WriteAsync(_root, "value").Soon();
        await Speaks(second, _root);
        Assert.DoesNotContain(log.Lines, static line => line.StartsWith("203 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Relative_watch_has_relative_events()
    {
        var name = "watched" + _root.Replace('/', '-');
        await using var watch = await Watch(name);
        await _client.WriteAsync(name + "/a", "1").Soon();
        await SpeaksOf(watch, name + "/a");
        await _client.WriteAsync($"/local/domain/0/{name}/b", "2").Soon();
        await SpeaksOf(watch, name + "/b");
    }

    [Fact]
    public async Task Depth_leaves_out_what_is_further_below()
    {
        await _client.WriteAsync(_root + "/a/b/c", "value").Soon();
        await using var node = await Watch(_root + "/a", depth: 0);
        await using var children = await Watch(_root + "/a", depth: 1);
        await using var grandchildren = await Watch(_root + "/a", depth: 2);
        await _client.WriteAsync(_root + "/a/b/c/d", "value").Soon();
        await _client.WriteAsync(_root + "/a/b/c", "value").Soon();
        await _client.WriteAsync(_root + "/a/b", "value").Soon();
        await _client.WriteAsync(_root + "/a", "value").Soon();
        await Speaks(node, _root + "/a");
        await Speaks(children, _root + "/a/b");
        await Speaks(children, _root + "/a");
        await Speaks(grandchildren, _root + "/a/b/c");
        await Speaks(grandchildren, _root + "/a/b");
        await Speaks(grandchildren, _root + "/a");
    }

    [Fact]
    public async Task Depth_counts_from_the_root_too()
    {
        await using var watch = await Watch("/", depth: 1);
        await _client.WriteAsync(_root + "/deep", "value").Soon();
        var top = "/top" + _root.Replace('/', '-');
        await _client.WriteAsync(top, "value").Soon();
        // The class before may still be at work below: what comes is never deeper than asked for.
        await Speaks(watch, top);
    }

    [Fact]
    public async Task Stream_of_events_ends_with_its_watch()
    {
        var events = new List<XenStoreWatchEvent>();
        await foreach (var watchEvent in _client.WatchAsync(_root))
        {
            events.Add(watchEvent);
            if (events.Count == 2)
                break;
            await _client.WriteAsync(_root, "value");
        }

        Assert.Equal(
            [new(_root, XenStoreWatchEventKind.Initial), new(_root, XenStoreWatchEventKind.Changed)], events);
    }

    [Fact]
    public async Task Cancelled_wait_for_an_event_loses_none()
    {
        await using var watch = await Watch(_root);
        using var cancellation = new CancellationTokenSource();
        var wait = watch.ReadAsync(cancellation.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => watch.ReadAsync().Soon());
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Soon());
        await _client.WriteAsync(_root, "value").Soon();
        await Speaks(watch, _root);
    }

    [Fact]
    public async Task Client_that_is_disposed_of_ends_its_watches()
    {
        var client = _store.Connect();
        var watch = await client.OpenWatchAsync(_root).Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        var wait = watch.ReadAsync().AsTask();
        await client.DisposeAsync().Soon();
        Assert.Null(await wait.Soon());
        await watch.DisposeAsync().Soon();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.OpenWatchAsync(_root).Soon());
    }

    [Fact]
    public async Task Wait_ends_when_the_value_is_as_it_should_be()
    {
        var wait = _client.WaitUntilAsync(_root, static value => value is "4").AsTask();
        for (var state = 1; state <= 5 && !wait.IsCompleted; state++)
        {
            await _client.WriteAsync(_root, $"{Math.Min(state, 4)}").Soon();
            await _client.WriteAsync(_root + "/below", "4").Soon();
        }

        Assert.Equal("4", await wait.Soon());
        Assert.Equal("4", await _client.WaitUntilAsync(_root, static value => value is "4").Soon());
        Assert.Null(await _client.WaitUntilAsync(_root + "/missing", static value => value is null).Soon());
    }

    [Fact]
    public async Task Wait_for_removal_ends_when_a_parent_is_removed()
    {
        await _client.WriteAsync(_root + "/a/b", "value").Soon();
        var seen = new TaskCompletionSource();
        var wait = _client.WaitUntilAsync(_root + "/a/b", value =>
        {
            seen.TrySetResult();
            return value is null;
        }).AsTask();
        await seen.Task.Soon();
        await _client.RemoveAsync(_root + "/a").Soon();
        Assert.Null(await wait.Soon());
    }

    [Fact]
    public async Task Cancelled_wait_leaves_no_watch()
    {
        var recording = new RecordingEndpoint(_store.Endpoint);
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = recording });
        using var cancellation = new CancellationTokenSource();
        var seen = new TaskCompletionSource();
        var wait = client.WaitUntilAsync(
            _root,
            _ =>
            {
                seen.TrySetResult();
                return false;
            },
            cancellation.Token).AsTask();
        await seen.Task.Soon();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Soon());
        Assert.Single(recording.Sent, static packet => packet.Type == MessageType.Unwatch);
    }

    private static async Task Speaks(XenStoreWatch watch, string path) =>
        Assert.Equal(new XenStoreWatchEvent(path, XenStoreWatchEventKind.Changed), await watch.ReadAsync().Soon());

    /// <summary>Reads until an event of a path: events of others, which may come now and then, are passed over.</summary>
    private static async Task SpeaksOf(XenStoreWatch watch, string path, string? except = null)
    {
        while (await watch.ReadAsync().Soon() is var watchEvent && watchEvent?.Path != path)
        {
            Assert.NotNull(watchEvent);
            Assert.NotEqual(except, watchEvent.Value.Path);
        }
    }

    private async Task<XenStoreWatch> Watch(string path, int? depth = null)
    {
        var watch = await _client.OpenWatchAsync(path, depth).Soon();
        Assert.Equal((path, depth), (watch.Path, watch.Depth));
        Assert.Equal(new XenStoreWatchEvent(path, XenStoreWatchEventKind.Initial), await watch.ReadAsync().Soon());
        return watch;
    }
}
