using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>Log messages of Linux's GPIO chips. Event ids 530 to 539.</summary>
internal static partial class LinuxGpioLog
{
    [LoggerMessage(530, LogLevel.Warning,
        "{Path}: line {Line} is in use on this host by '{Consumer}', and no guest gets it; gpioinfo shows its user")]
    public static partial void Busy(ILogger logger, string path, uint line, string consumer);

    [LoggerMessage(531, LogLevel.Warning, "{Path}: line {Line}: {What} failed: {Reason} (errno {Errno}); not logged again")]
    public static partial void Failed(ILogger logger, string path, uint line, string what, string reason, int errno);
}
