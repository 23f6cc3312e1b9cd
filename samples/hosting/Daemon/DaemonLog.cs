using System;
using Microsoft.Extensions.Logging;
using VirtioHosting.Devices;
using Xen.DeviceModel;
using Xen.Sys;

namespace VirtioHosting.Daemon;

/// <summary>The daemon's messages. Event ids: 1xx.</summary>
internal static partial class DaemonLog
{
    [LoggerMessage(101, LogLevel.Information, "{Device}: serving {What}, {Place}")]
    internal static partial void Serving(this ILogger logger, BackendDeviceId device, string what, DevicePlace place);

    [LoggerMessage(102, LogLevel.Information, "{Device}: going on where the daemon before has ended")]
    internal static partial void GoingOn(this ILogger logger, BackendDeviceId device);

    [LoggerMessage(103, LogLevel.Error, "{Device}: cannot be served: {Reason}")]
    internal static partial void Refused(this ILogger logger, BackendDeviceId device, string reason);

    [LoggerMessage(104, LogLevel.Information, "{Device}: let go; {Summary}")]
    internal static partial void LetGo(this ILogger logger, BackendDeviceId device, string summary);

    [LoggerMessage(105, LogLevel.Error, "{Device}: {What} did not end in order: what the guest wrote may be lost")]
    internal static partial void NotFinished(this ILogger logger, BackendDeviceId device, string what);

    [LoggerMessage(106, LogLevel.Information, "domain {Domain}: IOREQ server {Server}, {Kind}")]
    internal static partial void Guest(this ILogger logger, DomainId domain, IoreqServerId server, string kind);

    [LoggerMessage(107, LogLevel.Information, "domain {Domain} has ended ({End}); nothing of it is held any longer")]
    internal static partial void GuestEnded(this ILogger logger, DomainId domain, string end);

    [LoggerMessage(108, LogLevel.Error, "domain {Domain}: its accesses are no longer served: {Reason}")]
    internal static partial void GuestLost(this ILogger logger, DomainId domain, string reason);

    [LoggerMessage(109, LogLevel.Error, "domain {Domain}: a mistake of this program; the other guests go on")]
    internal static partial void Mistake(this ILogger logger, DomainId domain, Exception error);

    [LoggerMessage(110, LogLevel.Warning, "{Path} cannot be used: the device begins anew; a driver that knows it from before must be bound or loaded again, or the guest restarted")]
    internal static partial void StateUnusable(this ILogger logger, string path);

    [LoggerMessage(
        111, LogLevel.Error, "{Path} cannot be written: {Reason}; the guest does not survive a restart of the daemon")]
    internal static partial void StateNotSaved(this ILogger logger, string path, string reason);

    [LoggerMessage(112, LogLevel.Warning, "{Device}: the XenStore did not take the answer: {Reason}")]
    internal static partial void AnswerLost(this ILogger logger, BackendDeviceId device, string reason);

    [LoggerMessage(
        114, LogLevel.Warning, "Xen cannot be asked how guests end: {Reason}; the XenStore tells that they are gone")]
    internal static partial void NoDomctl(this ILogger logger, string reason);

    [LoggerMessage(115, LogLevel.Debug, "control connection: {Reason}")]
    internal static partial void ControlFailed(this ILogger logger, string reason);

    [LoggerMessage(116, LogLevel.Warning, "the end of domains is not watched: {Reason}; state of guests that are gone stays until the next start")]
    internal static partial void NoDomainEvents(this ILogger logger, string reason);

    [LoggerMessage(
        117,
        LogLevel.Error,
        "{Device}: {Reason}; its guest waits, and it is tried again; detach the device, and the guest goes on without it")]
    internal static partial void Waiting(this ILogger logger, BackendDeviceId device, string reason);

    [LoggerMessage(118, LogLevel.Error, "{Device}: a mistake while it was let go; what the guest wrote may be lost")]
    internal static partial void NotLetGo(this ILogger logger, BackendDeviceId device, Exception error);

    [LoggerMessage(
        119, LogLevel.Error, "domain {Domain}: it cannot be taken over yet: {Reason}; it waits, and it is tried again")]
    internal static partial void NotTakenOver(this ILogger logger, DomainId domain, string reason);

    [LoggerMessage(120, LogLevel.Information, "domain {Domain}: it has no virtio device any more, and IOREQ server {Server} that was left behind is ended")]
    internal static partial void Unclaimed(this ILogger logger, DomainId domain, IoreqServerId server);

    [LoggerMessage(
        121, LogLevel.Error, "a mistake of this program while it did what it was asked; guests are served on")]
    internal static partial void RequestFailed(this ILogger logger, Exception error);

    [LoggerMessage(
        122, LogLevel.Error, "domain {Domain}: its devices did not end within {Limit}: what the guest wrote may be lost")]
    internal static partial void NotLeft(this ILogger logger, DomainId domain, TimeSpan limit);

    [LoggerMessage(123, LogLevel.Information, "{Device}: let go")]
    internal static partial void LetGo(this ILogger logger, BackendDeviceId device);
}
