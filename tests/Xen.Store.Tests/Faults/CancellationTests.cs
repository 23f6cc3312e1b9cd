using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>Requests that are given up.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task Cancelled_request_leaves_the_stream_whole()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect();
        using var cancellation = new CancellationTokenSource();
        var peer = endpoint.Accept();
        var before = client.ReadAsync("/1").AsTask();
        var cancelled = client.ReadAsync("/2", cancellation.Token).AsTask();
        var after = client.ReadAsync("/3").AsTask();
        var requests = peer.Take(3);
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());
        Assert.Equal(cancellation.Token, error.CancellationToken);
        peer.Send(requests.Reverse().Select(static request => request.Answer(FakeStore.ValueOf(request.Subject))));
        Assert.Equal(FakeStore.ValueOf("/1"), await before.Soon());
        Assert.Equal(FakeStore.ValueOf("/3"), await after.Soon());
        peer.Serve(new FakeStore().Answer);
        Assert.Equal(FakeStore.ValueOf("/4"), await client.ReadAsync("/4").Soon());
        Assert.Equal(1, endpoint.Attempts);
    }

    [Fact]
    public async Task What_is_cancelled_before_is_never_sent()
    {
        var recording = new RecordingEndpoint(new FakeEndpoint { Answer = new FakeStore().Answer });
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = recording });
        var cancelled = new CancellationToken(canceled: true);
        Func<ValueTask>[] acts =
        [
            async () => await client.ReadAsync("/a", cancelled),
            () => client.WriteAsync("/a", "value", cancelled),
            async () => await client.OpenWatchAsync("/a", cancellationToken: cancelled),
            async () => await client.BeginTransactionAsync(cancelled),
            () => client.TransactAsync(static transaction => transaction.WriteAsync("/a", "value"), cancelled),
            async () => await client.WaitUntilAsync("/a", static _ => true, cancelled),
        ];
        foreach (var act in acts)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => act().Soon());
        Assert.Empty(recording.Sent);
    }

    [Fact]
    public async Task Place_of_a_cancelled_waiter_is_the_next_ones()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { MaximumRequestsInFlight = 1 });
        using var cancellation = new CancellationTokenSource();
        var peer = endpoint.Accept();
        var one = client.ReadAsync("/1").AsTask();
        var cancelled = client.ReadAsync("/2", cancellation.Token).AsTask();
        var waiting = client.ReadAsync("/3").AsTask();
        var many = client.ReadManyAsync(["/4", "/5"], cancellation.Token).AsTask();
        var last = Patience.OnThread(() => client.Read("/6"));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => many.Soon());
        peer.Serve(new FakeStore().Answer);
        Assert.Equal(FakeStore.ValueOf("/1"), await one.Soon());
        Assert.Equal(FakeStore.ValueOf("/3"), await waiting.Soon());
        Assert.Equal(FakeStore.ValueOf("/6"), await last.Soon());
    }

    [Fact]
    public async Task Abandoned_request_keeps_its_place_until_its_answer_comes()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { MaximumRequestsInFlight = 2 });
        var peer = endpoint.Accept();
        using var cancellation = new CancellationTokenSource();
        var cancelled = new[] { client.ReadAsync("/1", cancellation.Token).AsTask(), client.ReadAsync("/2", cancellation.Token).AsTask() };
        var requests = peer.Take(2);
        await cancellation.CancelAsync();
        foreach (var task in cancelled)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.Soon());
        var waiting = client.ReadAsync("/3").AsTask();
        Assert.Equal(0, peer.Incoming.Count);
        peer.Send(requests[0].Answer("late"));
        peer.Send(peer.Take().Answer("value"));
        Assert.Equal("value", await waiting.Soon());
    }

    [Theory]
    [InlineData(1, 512)]
    [InlineData(2, 8)]
    public async Task Every_completed_read_has_the_value_of_its_path_however_many_are_cancelled(int seed, int maximum)
    {
        const int Tasks = 16;
        const int Each = 100_000 / Tasks;
        var endpoint = new FakeEndpoint { Answer = new FakeStore().Answer };
        using var client = endpoint.Connect(new XenStoreOptions { MaximumRequestsInFlight = maximum });
        var (completed, cancelled) = (0, 0);
        var tasks = Enumerable.Range(0, Tasks).Select(task => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + task);
            var destination = new byte[256];
            for (var i = 0; i < Each; i++)
            {
                var path = $"/{task}/{new string('x', random.Next(1, 64))}/{i}";
                using var cancellation = random.Next(3) == 0 ? new CancellationTokenSource() : null;
                try
                {
                    var read = client.ReadAsync(Encoding.UTF8.GetBytes(path), destination, cancellation?.Token ?? default);
                    if (cancellation is not null && random.Next(2) == 0)
                        cancellation.Cancel();
                    else if (cancellation is not null)
                        ThreadPool.UnsafeQueueUserWorkItem(static source => TryCancel(source), cancellation, false);
                    var length = await read;
                    Assert.Equal(FakeStore.ValueOf(path), Encoding.UTF8.GetString(destination, 0, length));
                    Interlocked.Increment(ref completed);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }
            }
        }));
        await Task.WhenAll(tasks).Soon(() => $"{completed} completed, {cancelled} cancelled");
        Assert.Equal(Tasks * Each, completed + cancelled);
        Assert.True(completed > Tasks * Each / 2 && cancelled > 0);
        Assert.Equal(1, endpoint.Attempts);
    }

    private static void TryCancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The read was quicker.
        }
    }
}
