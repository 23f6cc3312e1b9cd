using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Messages about interrupts. Debug only: the guest chooses what its I/O APIC sends.</summary>
internal static partial class InterruptLog
{
    [LoggerMessage(301, LogLevel.Debug, "domain {Domain} took no MSI 0x{Address:x}/0x{Data:x}: {Errno}")]
    internal static partial void MsiRefused(
        this ILogger logger, DomainId domain, ulong address, uint data, string errno);

    [LoggerMessage(302, LogLevel.Debug, "domain {Domain} took no level of {Kind} {Number}: {Errno}")]
    internal static partial void LevelRefused(
        this ILogger logger, DomainId domain, string kind, uint number, string errno);
}
