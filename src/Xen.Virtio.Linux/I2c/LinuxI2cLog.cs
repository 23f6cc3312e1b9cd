using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Linux.I2c;

/// <summary>Log messages of Linux's I2C adapters. Event ids 520 to 529.</summary>
internal static partial class LinuxI2cLog
{
    [LoggerMessage(520, LogLevel.Warning,
        "{Path}: the adapter cannot do what a guest asks for: {Shape}; such requests fail (functions 0x{Functions:x8})")]
    public static partial void CannotDo(ILogger logger, string path, string shape, ulong functions);

    [LoggerMessage(521, LogLevel.Warning,
        "{Path}: a driver of this host has the chip 0x{Address:x2}, and no guest gets it; unbind the driver to give it away")]
    public static partial void Busy(ILogger logger, string path, int address);

    [LoggerMessage(522, LogLevel.Warning, "{Path}: a transfer failed: {Reason} (errno {Errno}); not logged again")]
    public static partial void Failed(ILogger logger, string path, string reason, int errno);

    [LoggerMessage(523, LogLevel.Information,
        "{Path}: only SMBus transactions, so what guests ask for is mapped to those (functions 0x{Functions:x8})")]
    public static partial void SmbusOnly(ILogger logger, string path, ulong functions);
}
