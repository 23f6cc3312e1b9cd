using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Xen.Store;

/// <summary>How a client talks to its store.</summary>
public sealed record XenStoreOptions
{
    /// <summary>Where the store is.</summary>
    public XenStoreEndpoint Endpoint { get; init; } = XenStoreEndpoint.Default;

    /// <summary>Takes the client's messages.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Requests without an answer at a time, 1 to 32,768; further ones wait until there is room.</summary>
    public int MaximumRequestsInFlight { get; init; } = 512;

    /// <summary>
    /// How long an asynchronous request waits for its answer on the caller's thread before it lets go of it, if no other
    /// request is under way: a daemon answers in less time than it takes to change threads. Zero: not at all.
    /// </summary>
    public TimeSpan InlineWait { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>How long the daemon may take for an answer; null for as long as it likes.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>Whether a lost connection is made again: at the next request, or at once if there are watches.</summary>
    public bool Reconnect { get; init; } = true;

    /// <summary>How long a request waits for a lost connection to be made again.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether requests that change nothing, and stand in no transaction, are sent again if the connection is lost while
    /// they wait for their answer. (What was not sent yet is sent on the new connection in any case.)
    /// </summary>
    public bool RetryIdempotent { get; init; }

    /// <summary>How often <see cref="XenStoreClient.TransactAsync(Func{XenStoreTransaction, System.Threading.Tasks.ValueTask}, System.Threading.CancellationToken)"/> tries, at least 1.</summary>
    public int MaximumTransactionAttempts { get; init; } = 64;

    /// <summary>Events that a watch keeps for a slow reader, at least 1; more become one that says to read all again.</summary>
    public int WatchQueueCapacity { get; init; } = 1024;

    internal void Check()
    {
        const int MostRequests = 32768;
        ArgumentNullException.ThrowIfNull(Endpoint);
        ArgumentNullException.ThrowIfNull(Logger);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumRequestsInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumRequestsInFlight, MostRequests);
        ArgumentOutOfRangeException.ThrowIfLessThan(InlineWait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTransactionAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WatchQueueCapacity, 1);
        if (RequestTimeout is { } timeout)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
    }
}
