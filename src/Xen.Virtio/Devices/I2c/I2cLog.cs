using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Devices.I2c;

/// <summary>Log messages of I2C adapters. Event ids 500 to 519.</summary>
internal static partial class I2cLog
{
    [LoggerMessage(500, LogLevel.Warning,
        "{Adapter}: request that cannot be carried out: {Reason} ({Suppressed} more not logged)")]
    public static partial void Refused(ILogger logger, string adapter, string reason, long suppressed);

    [LoggerMessage(501, LogLevel.Warning,
        "{Adapter}: a transfer was under way when the process before this one ended; the guest is told that it failed")]
    public static partial void InDoubt(ILogger logger, string adapter);
}
