using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Devices.Block;

/// <summary>Log messages of block devices. Event ids 400 to 499.</summary>
internal static partial class BlockLog
{
    [LoggerMessage(400, LogLevel.Warning,
        "{Disk}: the image has {Tail} bytes after its last full sector; the guest does not see them")]
    public static partial void PartialSector(ILogger logger, string disk, long tail);

    [LoggerMessage(401, LogLevel.Warning,
        "{Disk}: request without room for a status byte; given back unserved ({Suppressed} more not logged)")]
    public static partial void NoStatus(ILogger logger, string disk, long suppressed);

    [LoggerMessage(402, LogLevel.Information, "{Disk}: capacity is now {Sectors} sectors")]
    public static partial void CapacityChanged(ILogger logger, string disk, ulong sectors);
}
