using Microsoft.Extensions.Logging;

namespace Xen.DeviceModel;

/// <summary>Messages about devices in the XenStore. Event ids: 5xx.</summary>
internal static partial class BackendLog
{
    [LoggerMessage(501, LogLevel.Information, "{Device} {Complaint}; it is not served until then")]
    internal static partial void Incomplete(this ILogger logger, BackendDeviceId device, string complaint);

    [LoggerMessage(502, LogLevel.Warning, "{Device} {Complaint}; it is not served")]
    internal static partial void Wrong(this ILogger logger, BackendDeviceId device, string complaint);

    [LoggerMessage(503, LogLevel.Information, "{Device} is there, with state {State}")]
    internal static partial void Added(this ILogger logger, BackendDeviceId device, XenbusState state);

    [LoggerMessage(504, LogLevel.Information, "{Device} is not to be served any longer: {Reason}")]
    internal static partial void Removed(this ILogger logger, BackendDeviceId device, BackendRemovalReason reason);

    [LoggerMessage(505, LogLevel.Warning, "the XenStore cannot be read: {Reason}; waiting until it is back")]
    internal static partial void StoreLost(this ILogger logger, string reason);

    [LoggerMessage(506, LogLevel.Debug, "{Device} changed while it was read; it is read again")]
    internal static partial void Busy(this ILogger logger, BackendDeviceId device);

    [LoggerMessage(507, LogLevel.Information, "the XenStore does not let this domain watch {Event}")]
    internal static partial void NoDomainEvents(this ILogger logger, string @event);

    [LoggerMessage(508, LogLevel.Warning, "devices below {Path} are not served: {Reason}")]
    internal static partial void NotListed(this ILogger logger, string path, string reason);
}
