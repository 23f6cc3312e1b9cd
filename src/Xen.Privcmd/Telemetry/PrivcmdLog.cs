using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.Privcmd.Telemetry;

/// <summary>
/// The messages of this library. Event ids: 1xx calls, and the restriction of any device; 2xx foreign memory, and unmapping
/// of any memory; 3xx event channels, 4xx grants, 5xx device model events.
/// </summary>
internal static partial class PrivcmdLog
{
    internal static void RestrictEnded(this ILogger logger, string device, DomainId domain, HypercallResult result)
    {
        if (result.IsSuccess)
            logger.Restricted(device, domain);
        else
            logger.RestrictFailed(device, domain, XenErrno.Name(result.Errno));
    }

    [LoggerMessage(101, LogLevel.Information, "{Device} is restricted to domain {Domain}")]
    internal static partial void Restricted(this ILogger logger, string device, DomainId domain);

    [LoggerMessage(102, LogLevel.Warning, "{Device} cannot be restricted to domain {Domain}: {Errno}")]
    internal static partial void RestrictFailed(this ILogger logger, string device, DomainId domain, string errno);

    [LoggerMessage(103, LogLevel.Debug, "no {Device}: hypercalls get locked memory")]
    internal static partial void LockedBuffers(this ILogger logger, string device);

    [LoggerMessage(201, LogLevel.Debug, "domain {Domain}: {Pages} pages are paged out, and asked for again")]
    internal static partial void PagedOut(this ILogger logger, DomainId domain, int pages);

    [LoggerMessage(202, LogLevel.Warning, "domain {Domain}: {Pages} pages are still paged out after {Attempts} attempts")]
    internal static partial void StillPagedOut(this ILogger logger, DomainId domain, int pages, int attempts);

    [LoggerMessage(203, LogLevel.Error, "{Length} bytes at {Address} cannot be unmapped: {Errno}")]
    internal static partial void UnmapFailed(this ILogger logger, nuint length, string address, string errno);

    [LoggerMessage(301, LogLevel.Warning, "event channel port {Port} cannot be unmasked: {Errno}")]
    internal static partial void UnmaskFailed(this ILogger logger, EventChannelPort port, string errno);

    [LoggerMessage(302, LogLevel.Warning,
        "the driver's queue of event channels overflowed; all {Count} ports are reported, with an event or not")]
    internal static partial void QueueOverflowed(this ILogger logger, int count);

    [LoggerMessage(401, LogLevel.Warning, "{Operation} of {Pages} pages failed: {Errno}")]
    internal static partial void ForgetFailed(this ILogger logger, string operation, int pages, string errno);

    [LoggerMessage(501, LogLevel.Debug, "interrupts of domain {Domain} are raised by {Path}")]
    internal static partial void InterruptPath(this ILogger logger, DomainId domain, string path);

    [LoggerMessage(502, LogLevel.Debug, "writes to doorbells of domain {Domain} are answered by {Path}")]
    internal static partial void IoPath(this ILogger logger, DomainId domain, string path);

    [LoggerMessage(503, LogLevel.Warning, "interrupting domain {Domain} failed: {Errno}")]
    internal static partial void InterruptFailed(this ILogger logger, DomainId domain, string errno);

    [LoggerMessage(504, LogLevel.Warning, "waiting for eventfds of domain {Domain} failed: {Errno}")]
    internal static partial void PollFailed(this ILogger logger, DomainId domain, string errno);

    [LoggerMessage(505, LogLevel.Warning, "the kernel does not end an {Request} of domain {Domain}: {Reason}")]
    internal static partial void DeassignFailed(this ILogger logger, string request, DomainId domain, string reason);

    [LoggerMessage(506, LogLevel.Warning, "{Count} eventfds of domain {Domain} are watched no longer: {Reason}")]
    internal static partial void SourcesDropped(this ILogger logger, int count, DomainId domain, string reason);
}
