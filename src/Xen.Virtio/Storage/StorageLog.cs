using System;
using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Storage;

/// <summary>Log messages of block back ends. Event ids 300 to 399.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(300, LogLevel.Error,
        "{Path}: {Operation} of {Length} bytes at {Offset} failed; the guest sees an I/O error ({Suppressed} more not logged)")]
    public static partial void OperationFailed(
        ILogger logger, Exception exception, string path, string operation, long offset, long length, long suppressed);

    [LoggerMessage(301, LogLevel.Error,
        "{Path}: {Operation} of {Length} bytes at {Offset} is beyond the end: has the image been truncated? The guest sees an I/O error ({Suppressed} more not logged)")]
    public static partial void BeyondEnd(
        ILogger logger, string path, string operation, long offset, long length, long suppressed);

    [LoggerMessage(302, LogLevel.Error,
        "{Path}: a flush has failed before, so data may be lost; the guest sees an I/O error for every flush until the image is opened again ({Suppressed} more not logged)")]
    public static partial void FlushRefused(ILogger logger, string path, long suppressed);
}
