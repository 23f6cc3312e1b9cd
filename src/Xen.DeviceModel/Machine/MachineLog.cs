using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Messages about a guest's machine as a whole. Event ids: 4xx.</summary>
internal static partial class MachineLog
{
    [LoggerMessage(401, LogLevel.Warning, "IOREQ server {Id} of domain {Domain} is not there any more: a new one is made")]
    internal static partial void NothingToAdopt(this ILogger logger, IoreqServerId id, DomainId domain);

    [LoggerMessage(402, LogLevel.Warning, "the kernel cannot restrict {Handle} to domain {Domain}: {Errno}")]
    internal static partial void NotRestricted(this ILogger logger, string handle, DomainId domain, string errno);
}
