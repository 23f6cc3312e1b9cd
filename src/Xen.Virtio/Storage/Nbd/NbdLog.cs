using System;
using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>Log messages of the NBD client. Event ids 330 to 349.</summary>
internal static partial class NbdLog
{
    [LoggerMessage(330, LogLevel.Warning, "{Endpoint}: connection lost: {Reason}; requests wait for a new one")]
    public static partial void Disconnected(ILogger logger, NbdEndpoint endpoint, string reason);

    [LoggerMessage(331, LogLevel.Warning, "{Endpoint}: cannot connect again: {Reason}; next attempt in {Delay}")]
    public static partial void ConnectFailed(ILogger logger, NbdEndpoint endpoint, string reason, TimeSpan delay);

    [LoggerMessage(332, LogLevel.Information,
        "{Endpoint}: connected again after {Elapsed}; {Writes} writes that had not been flushed were written again")]
    public static partial void Reconnected(ILogger logger, NbdEndpoint endpoint, TimeSpan elapsed, int writes);

    [LoggerMessage(333, LogLevel.Error,
        "{Endpoint}: {Command} of {Length} bytes at {Offset} failed: {Reason}; the guest sees an I/O error ({Suppressed} more not logged)")]
    public static partial void RequestFailed(
        ILogger logger, NbdEndpoint endpoint, NbdCommand command, int length, long offset, string reason, long suppressed);

    [LoggerMessage(334, LogLevel.Error,
        "{Endpoint}: {Reason}, so data may be lost; the guest sees an I/O error for every flush until the export is opened again")]
    public static partial void DurabilityLost(ILogger logger, NbdEndpoint endpoint, string reason);

    [LoggerMessage(335, LogLevel.Critical,
        "{Endpoint}: the client has failed; the guest sees I/O errors until the export is opened again. This is a fault of the client, please report it")]
    public static partial void Failed(ILogger logger, Exception exception, NbdEndpoint endpoint);
}
