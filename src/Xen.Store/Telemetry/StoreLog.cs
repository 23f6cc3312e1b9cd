using Microsoft.Extensions.Logging;

namespace Xen.Store.Telemetry;

/// <summary>The messages of this library. Event ids: 1xx connections, 2xx watches, 3xx transactions.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(101, LogLevel.Warning, "the connection to {Endpoint} was lost: {Reason}")]
    internal static partial void ConnectionLost(ILogger logger, string endpoint, string reason);

    [LoggerMessage(102, LogLevel.Debug, "{Reason}; trying again")]
    internal static partial void ReconnectFailed(ILogger logger, string reason);

    [LoggerMessage(103, LogLevel.Information, "connected to {Endpoint} again")]
    internal static partial void Reconnected(ILogger logger, string endpoint);

    [LoggerMessage(201, LogLevel.Warning, "the watch of {Path} cannot be set again: {Reason}")]
    internal static partial void RearmFailed(ILogger logger, string path, string reason);

    [LoggerMessage(202, LogLevel.Debug, "the watch of {Path} has more events than its reader takes: it is told to read all again")]
    internal static partial void WatchOverflow(ILogger logger, string path);

    [LoggerMessage(203, LogLevel.Debug, "an event of no watch of ours came")]
    internal static partial void StrayEvent(ILogger logger);

    [LoggerMessage(301, LogLevel.Debug, "transaction {Id} was in conflict at attempt {Attempt}")]
    internal static partial void TransactionConflict(ILogger logger, uint id, int attempt);
}
