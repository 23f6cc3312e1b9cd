using Microsoft.Extensions.Logging;

namespace Xen.Virtio.Linux.Console;

internal static partial class ConsoleLog
{
    [LoggerMessage(540, LogLevel.Information, "{Path}: connected")]
    public static partial void Connected(ILogger logger, string path);

    [LoggerMessage(541, LogLevel.Information, "{Path}: disconnected")]
    public static partial void Disconnected(ILogger logger, string path);

    [LoggerMessage(542, LogLevel.Warning, "{Path}: refused a second client; there is one already")]
    public static partial void Refused(ILogger logger, string path);

    [LoggerMessage(543, LogLevel.Warning, "{Path}: {Reason}; trying again")]
    public static partial void Failed(ILogger logger, string path, string reason);
}
