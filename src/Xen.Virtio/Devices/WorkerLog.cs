using System;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>Log messages of queue workers. Event ids 100 to 199.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(100, LogLevel.Warning,
        "{Worker}: malformed descriptor chain at head {Head}: {Fault}; given back unserved ({Suppressed} more not logged)")]
    public static partial void MalformedChain(
        ILogger logger, string? worker, ushort head, ChainFault fault, long suppressed);

    [LoggerMessage(101, LogLevel.Warning,
        "{Worker}: queue is broken: {Fault}; it stops until the guest resets the device ({Suppressed} more not logged)")]
    public static partial void QueueBroken(ILogger logger, string? worker, VirtQueueFault fault, long suppressed);

    [LoggerMessage(102, LogLevel.Error,
        "{Worker}: failed; the device needs a reset. This is a fault of the device, please report it ({Suppressed} more not logged)")]
    public static partial void Failed(ILogger logger, Exception exception, string? worker, long suppressed);
}
