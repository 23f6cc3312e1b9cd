using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Races;

/// <summary>
/// Callers that block and callers that do not, on one client: who receives and who sends changes hands all the time.
/// Every answer must be the right one, and nobody may wait for ever.
/// </summary>
public sealed class MixedCallersTests
{
    public static TheoryData<int, int, bool> Manners
    {
        get
        {
            var manners = new TheoryData<int, int, bool>();
            foreach (var inlineWait in new[] { 0, 200, 1_000_000 })
            {
                foreach (var maximum in new[] { 1, 2, 512 })
                {
                    manners.Add(inlineWait, maximum, false);
                    manners.Add(inlineWait, maximum, true);
                }
            }

            return manners;
        }
    }

    [Theory]
    [MemberData(nameof(Manners))]
    public async Task Every_caller_gets_its_own_answer(int inlineWaitInMicroseconds, int maximum, bool isWatching)
    {
        const int Rounds = 400;
        var endpoint = new FakeEndpoint { Answer = new FakeStore().Answer };
        using var client = endpoint.Connect(new XenStoreOptions
        {
            InlineWait = TimeSpan.FromMicroseconds(inlineWaitInMicroseconds),
            MaximumRequestsInFlight = maximum,
        });
        var done = 0;
        Task[] callers =
        [
            .. Enumerable.Range(0, 3).Select(caller => Patience.OnThread(() => Block(caller))),
            .. Enumerable.Range(3, 3).Select(caller => Task.Run(() => Ask(caller))),
            Task.Run(AskMany),
        ];
        var others = Task.WhenAll(callers);
        var watcher = Task.Run(isWatching ? WatchAlways : WatchNowAndThen);
        await Task.WhenAll(others, watcher).Soon(
            () => $"{done} of 8 are done, {endpoint.Accept().Incoming.Count} bytes are not taken by the daemon");
        Assert.Equal(1, endpoint.Attempts);

        void Block(int caller)
        {
            var destination = new byte[64];
            for (var i = 0; i < Rounds; i++)
            {
                var path = $"/{caller}/{i}";
                var length = client.Read(Encoding.UTF8.GetBytes(path), destination);
                Assert.Equal(FakeStore.ValueOf(path), Encoding.UTF8.GetString(destination, 0, length));
                if (i % 7 == 0)
                    Thread.Yield();
            }

            Interlocked.Increment(ref done);
        }

        async Task Ask(int caller)
        {
            for (var i = 0; i < Rounds; i++)
            {
                Assert.Equal(FakeStore.ValueOf($"/{caller}/{i}"), await client.ReadAsync($"/{caller}/{i}"));
                if (i % 5 == 0)
                    await Task.Yield();
            }

            Interlocked.Increment(ref done);
        }

        async Task AskMany()
        {
            string[] paths = [.. Enumerable.Range(0, 20).Select(static number => $"/many/{number}")];
            for (var i = 0; i < Rounds / 20; i++)
                Assert.Equal(paths.Select(FakeStore.ValueOf), await client.ReadManyAsync(paths));
            Interlocked.Increment(ref done);
        }

        async Task WatchAlways()
        {
            await using var watch = await client.OpenWatchAsync("/watched");
            Assert.Equal(XenStoreWatchEventKind.Initial, (await watch.ReadAsync())!.Value.Kind);
            await others;
            Interlocked.Increment(ref done);
        }

        async Task WatchNowAndThen()
        {
            for (var i = 0; i < Rounds / 10; i++)
            {
                await using var watch = await client.OpenWatchAsync("/watched");
                Assert.Equal(XenStoreWatchEventKind.Initial, (await watch.ReadAsync())!.Value.Kind);
            }

            Interlocked.Increment(ref done);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Callers_that_block_and_a_daemon_that_comes_and_goes_do_not_wait_for_ever(int seed)
    {
        var endpoint = new FakeEndpoint { Answer = new FakeStore().Answer };
        using var client = endpoint.Connect(new XenStoreOptions { RetryIdempotent = true, ConnectTimeout = Patience.Limit });
        await using var watch = await client.OpenWatchAsync("/watched").Soon();
        using var end = new CancellationTokenSource();
        var (answers, losses) = (0, 0);
        Task[] callers =
        [
            .. Enumerable.Range(0, 3).Select(_ => Patience.OnThread(() =>
            {
                while (!end.IsCancellationRequested)
                    Tell(() => Assert.Equal(FakeStore.ValueOf("/a"), client.Read("/a")));
            })),
            .. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                    await TellAsync(async () => Assert.Equal(FakeStore.ValueOf("/b"), await client.ReadAsync("/b")));
            })),
            Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                    await TellAsync(async () => await client.WriteAsync("/c", "value"));
            }),
        ];
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var enough = Volatile.Read(ref answers) + random.Next(50);
            await Patience.Until(
                () => Volatile.Read(ref answers) >= enough, () => $"round {round}: {answers} answers, {losses} losses");
            endpoint.Accept().Close();
        }

        await end.CancelAsync();
        await Task.WhenAll(callers).Soon(() => $"{answers} answers, {losses} losses");
        Assert.Equal(XenStoreWatchEventKind.Rearmed, (await watch.ReadAsync().Soon())!.Value.Kind);

        void Tell(Action act)
        {
            try
            {
                act();
                Interlocked.Increment(ref answers);
            }
            catch (XenStoreDisconnectedException)
            {
                Interlocked.Increment(ref losses);
            }
        }

        async Task TellAsync(Func<Task> act)
        {
            try
            {
                await act();
                Interlocked.Increment(ref answers);
            }
            catch (XenStoreDisconnectedException)
            {
                Interlocked.Increment(ref losses);
            }
        }
    }
}
