using System;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Core;

/// <summary>Log messages of the transports. Event ids 200 to 299.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(200, LogLevel.Information, "{Device}: driver ready, features {Features:x} ({Suppressed} more not logged)")]
    public static partial void DriverReady(ILogger logger, VirtioDeviceId device, ulong features, long suppressed);

    [LoggerMessage(201, LogLevel.Warning,
        "{Device}: the driver accepted features {Features:x} that were not offered, or not VERSION_1; refused ({Suppressed} more not logged)")]
    public static partial void FeaturesRefused(ILogger logger, VirtioDeviceId device, ulong features, long suppressed);

    [LoggerMessage(202, LogLevel.Warning,
        "{Device}: queue {Queue} cannot be used: {Fault}; the device needs a reset ({Suppressed} more not logged)")]
    public static partial void QueueRefused(
        ILogger logger, VirtioDeviceId device, int queue, VirtQueueFault fault, long suppressed);

    [LoggerMessage(203, LogLevel.Error,
        "{Device}: host I/O is still under way {Timeout} after the guest asked to stop; the reset completes when it ends ({Suppressed} more not logged)")]
    public static partial void StopTimedOut(
        ILogger logger, VirtioDeviceId device, TimeSpan timeout, long suppressed);

    [LoggerMessage(204, LogLevel.Error, "{Device}: could not be started; it needs a reset ({Suppressed} more not logged)")]
    public static partial void StartFailed(
        ILogger logger, Exception exception, VirtioDeviceId device, long suppressed);
}
