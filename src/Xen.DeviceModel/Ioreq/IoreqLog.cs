using System;
using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>The messages of this library. Event ids: 1xx IOREQ servers, 2xx memory, 3xx interrupts.</summary>
internal static partial class IoreqLog
{
    [LoggerMessage(101, LogLevel.Debug, "IOREQ server {Id} of domain {Domain} serves {Vcpus} vCPUs")]
    internal static partial void ServerStarted(this ILogger logger, IoreqServerId id, DomainId domain, uint vcpus);

    [LoggerMessage(102, LogLevel.Warning, "a device of IOREQ server {Id} of domain {Domain} does not return")]
    internal static partial void ThreadStuck(this ILogger logger, IoreqServerId id, DomainId domain);

    [LoggerMessage(103, LogLevel.Warning, "notifying Xen by port {Port} failed: {Errno}")]
    internal static partial void NotifyFailed(this ILogger logger, EventChannelPort port, string errno);

    [LoggerMessage(104, LogLevel.Debug, "closing port {Port} failed")]
    internal static partial void UnbindFailed(this ILogger logger, EventChannelPort port, Exception error);

    [LoggerMessage(105, LogLevel.Error, "a device threw on an access of the guest; the guest was answered")]
    internal static partial void DeviceThrew(this ILogger logger, Exception error);

    [LoggerMessage(106, LogLevel.Debug, "domain {Domain} placed a window at 0x{Address:x}, where Xen refused it: {Errno}")]
    internal static partial void WindowRefused(this ILogger logger, DomainId domain, ulong address, string errno);
}
