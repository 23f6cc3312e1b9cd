using Microsoft.Extensions.Logging;

namespace Xen.Testing.Tracing;

/// <summary>What tracing logs.</summary>
internal static partial class CallLog
{
    [LoggerMessage(EventId = 1, Message = "{Call}")]
    internal static partial void Line(ILogger logger, LogLevel level, string call);
}
