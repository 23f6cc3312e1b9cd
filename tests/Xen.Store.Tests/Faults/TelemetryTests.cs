using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>What a client counts, traces and logs, by the names that are documented.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Requests_are_measured_with_their_operation_and_error()
    {
        using var reading = new Reading();
        var endpoint = new FakeEndpoint
        {
            Answer = static request => [request.Type == MessageType.Read ? request.Refuse("ENOENT") : request.Answer("OK\0")],
        };
        using var client = endpoint.Connect();
        await client.WriteAsync("/a", "value").Soon();
        Assert.Null(await client.TryReadAsync("/a").Soon());
        Assert.Throws<XenStoreReplyException>(() => client.Read("/a"));
        Assert.Equal(
            [
                "xen.store.request.duration s xen.store.operation=write",
                "xen.store.request.duration s xen.store.operation=read error.type=ENOENT",
                "xen.store.request.duration s xen.store.operation=read error.type=ENOENT",
            ],
            reading.Measurements);
    }

    [Fact]
    public async Task Retries_events_and_new_connections_are_counted()
    {
        using var reading = new Reading();
        var store = new FakeStore();
        var isInConflict = true;
        var endpoint = new FakeEndpoint { Answer = Answer };
        using var client = endpoint.Connect();
        await client.TransactAsync(static transaction => transaction.WriteAsync("/a", "value")).Soon();
        await using var watch = await client.OpenWatchAsync("/a").Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        await watch.DisposeAsync().Soon();
        endpoint.Accept().Close();
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(async () =>
        {
            // The first one may be sent before the loss is seen.
            await client.ReadAsync("/a").Soon();
            throw new XenStoreDisconnectedException("", "", wasSent: false);
        });
        await client.ReadAsync("/a").Soon();
        var counted = reading.Measurements.Where(static line => !line.Contains("duration", StringComparison.Ordinal)).Order();
        Assert.Equal(
            ["xen.store.reconnects {connection}", "xen.store.transaction.retries {retry}", "xen.store.watch.events {event}"],
            counted);

        IEnumerable<Packet> Answer(Packet request)
        {
            if (request.Type != MessageType.TransactionEnd || !isInConflict)
                return store.Answer(request);
            isInConflict = false;
            return [request.Refuse("EAGAIN")];
        }
    }

    [Fact]
    public async Task Requests_are_activities_of_the_caller()
    {
        var activities = new ConcurrentQueue<Activity>();
        using var parent = new Activity("parent").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Xen.Store",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == parent.TraceId)
                    activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var endpoint = new FakeEndpoint { Answer = new FakeStore().Answer };
        using var client = endpoint.Connect();
        await using (var transaction = await client.BeginTransactionAsync().Soon())
            await transaction.ReadAsync("/a").Soon();
        endpoint.Accept();
        Assert.Equal(
            ["transaction_start", "read", "transaction_end"], activities.Select(static activity => activity.OperationName));
        Assert.All(activities, static activity => Assert.Equal(ActivityKind.Client, activity.Kind));
        Assert.Equal(
            "read", activities.ElementAt(1).GetTagItem("xen.store.operation"));
        Assert.NotNull(activities.ElementAt(1).GetTagItem("xen.store.transaction"));
    }

    [Fact]
    public async Task Loss_and_return_of_a_connection_are_logged()
    {
        var log = new ListLogger();
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { Logger = log, RetryIdempotent = true });
        var peer = endpoint.Accept();
        var read = client.ReadAsync("/a").AsTask();
        peer.Take();
        endpoint.Refuses = true;
        peer.Close();
        await Patience.Until(() => endpoint.Attempts > 2);
        endpoint.Answer = new FakeStore().Answer;
        endpoint.Refuses = false;
        await read.Soon();
        var lines = log.Lines.ToArray();
        Assert.Equal("101 the connection to fake was lost: the daemon closed it", lines[0]);
        Assert.StartsWith("102 no connection to fake: refused", lines[1], StringComparison.Ordinal);
        Assert.Equal("103 connected to fake again", lines[^1]);
    }

    [Fact]
    public async Task Watch_that_the_next_daemon_refuses_is_logged_and_ends()
    {
        var log = new ListLogger();
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { Logger = log });
        var peer = endpoint.Accept();
        peer.Serve(new FakeStore().Answer);
        await using var watch = await client.OpenWatchAsync("/watched").Soon();
        Assert.NotNull(await watch.ReadAsync().Soon());
        endpoint.Answer = static request => [request.Refuse("EACCES")];
        peer.Close();
        var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(() => watch.ReadAsync().Soon());
        Assert.Equal((XenStoreError.AccessDenied, "/watched"), (refusal.Error, refusal.Path));
        Assert.Contains(log.Lines, static line => line.StartsWith("201 the watch of /watched", StringComparison.Ordinal));
    }

    /// <summary>What is measured by this test and what it awaits: tests run beside each other.</summary>
    private sealed class Reading : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly AsyncLocal<bool> _mine = new() { Value = true };
        private readonly ConcurrentQueue<string> _measurements = new();

        internal Reading()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Xen.Store")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.Start();
        }

        internal IEnumerable<string> Measurements => _measurements;

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (!_mine.Value)
                return;
            var line = $"{instrument.Name} {instrument.Unit}";
            foreach (var (key, value) in tags)
                line += $" {key}={value}";
            _measurements.Enqueue(line);
        }
    }
}
