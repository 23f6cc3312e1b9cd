using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.Privcmd.Telemetry;

/// <summary>
/// The messages of this library. Event ids: 1xx calls, 2xx foreign memory, 3xx event channels, 4xx grants, 5xx device
/// model events.
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

    [LoggerMessage(401, LogLevel.Warning, "{Operation} of {Pages} pages failed: {Errno}")]
    internal static partial void ForgetFailed(this ILogger logger, string operation, int pages, string errno);
}
