using System;
using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Storage.Qcow2;

/// <summary>Log messages of qcow2 images. Event ids 350 to 369.</summary>
internal static partial class Qcow2Log
{
    [LoggerMessage(350, LogLevel.Error,
        "{Path}: {Operation} of {Length} bytes at {Offset} failed; the guest sees an I/O error ({Suppressed} more not logged)")]
    public static partial void OperationFailed(
        ILogger logger, Exception exception, string path, string operation, long offset, long length, long suppressed);

    [LoggerMessage(351, LogLevel.Error,
        "{Path}: there is no space left for {Operation} of {Length} bytes at {Offset}; the guest sees that ({Suppressed} more not logged)")]
    public static partial void NoSpace(
        ILogger logger, Exception exception, string path, string operation, long offset, long length, long suppressed);

    [LoggerMessage(352, LogLevel.Error,
        "{Path}: closing it failed: what was written since the last flush may be lost, the rest is consistent")]
    public static partial void CloseFailed(ILogger logger, Exception exception, string path);

    [LoggerMessage(353, LogLevel.Warning,
        "{Path}: was not closed the last time; its reference counts were counted anew, {Changed} have changed")]
    public static partial void Repaired(ILogger logger, string path, long changed);

    [LoggerMessage(354, LogLevel.Information,
        "{Path}: {Changes} changes that a process before this one had not flushed were taken over")]
    public static partial void Recovered(ILogger logger, string path, int changes);
}
