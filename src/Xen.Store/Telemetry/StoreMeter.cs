using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xen.Store.Protocol;

namespace Xen.Store.Telemetry;

/// <summary>What this library counts and traces, by the names <c>Xen.Store</c>. No paths: they are without number.</summary>
internal static class StoreMeter
{
    internal const string Name = "Xen.Store";

    private const string OperationTag = "xen.store.operation";
    private const string TransactionTag = "xen.store.transaction";
    private const string ErrorTag = "error.type";

    internal static readonly ActivitySource Source = new(Name);

    /// <summary>Transactions that were tried again.</summary>
    internal static readonly Counter<long> Retries;

    /// <summary>Events of watches.</summary>
    internal static readonly Counter<long> WatchEvents;

    /// <summary>Connections that were made again.</summary>
    internal static readonly Counter<long> Reconnects;

    private static readonly Histogram<double> Duration;

    static StoreMeter()
    {
        var meter = new Meter(Name);
        Retries = meter.CreateCounter<long>(
            "xen.store.transaction.retries", "{retry}", "Transactions that were tried again because of a conflict");
        WatchEvents = meter.CreateCounter<long>("xen.store.watch.events", "{event}", "Events of watches that came");
        Reconnects = meter.CreateCounter<long>("xen.store.reconnects", "{connection}", "Connections that were made again");
        Duration = meter.CreateHistogram<double>(
            "xen.store.request.duration", "s", "Time from a request to its answer");
    }

    /// <summary>Whether anybody wants to know. A few reads of memory.</summary>
    internal static bool IsListenedTo => Duration.Enabled || Source.HasListeners();

    /// <summary>The time now, if anybody wants to know; else 0.</summary>
    internal static long Now => IsListenedTo ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Records a request that has ended.</summary>
    /// <param name="type">What was asked.</param>
    /// <param name="transactionId">The transaction, or 0.</param>
    /// <param name="start">What <see cref="Now"/> was when it began; 0 records nothing.</param>
    /// <param name="error">The name of its error; null for a success.</param>
    internal static void Record(MessageType type, uint transactionId, long start, string? error)
    {
        if (start == 0)
            return;
        var elapsed = Stopwatch.GetElapsedTime(start);
        var name = RequestNames.Name(type);
        var operation = new KeyValuePair<string, object?>(OperationTag, name);
        if (error is null)
            Duration.Record(elapsed.TotalSeconds, operation);
        else
            Duration.Record(elapsed.TotalSeconds, operation, new KeyValuePair<string, object?>(ErrorTag, error));
        if (!Source.HasListeners())
            return;

        using var activity = Source.StartActivity(
            name, ActivityKind.Client, default(ActivityContext), startTime: System.DateTimeOffset.UtcNow - elapsed);
        activity?.SetTag(OperationTag, name);
        if (transactionId != 0)
            activity?.SetTag(TransactionTag, transactionId);
        if (error is null)
            return;
        activity?.SetTag(ErrorTag, error);
        activity?.SetStatus(ActivityStatusCode.Error, error);
    }
}
