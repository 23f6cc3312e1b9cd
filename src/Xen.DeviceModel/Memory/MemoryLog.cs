using System;
using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>
/// Messages about guest memory. What a guest can cause is for debugging only: it chooses how often it reaches for its memory.
/// </summary>
internal static partial class MemoryLog
{
    [LoggerMessage(201, LogLevel.Debug, "no address space to map memory of domain {Domain}: accesses fail for now")]
    internal static partial void NoAddressSpace(this ILogger logger, DomainId domain, Exception error);

    [LoggerMessage(202, LogLevel.Debug, "domain {Domain} named {Count} grants from {First} on that cannot be mapped")]
    internal static partial void GrantsRefused(this ILogger logger, DomainId domain, uint first, int count, Exception error);

    [LoggerMessage(203, LogLevel.Information, "{Pages} of {Total} pages of domain {Domain} are mapped; others as they are used")]
    internal static partial void MappedAtOnce(this ILogger logger, DomainId domain, long pages, ulong total);

    [LoggerMessage(204, LogLevel.Warning, "memory of domain {Domain} is populated on demand, and so is mapped as it is used")]
    internal static partial void NotMappedAtOnce(this ILogger logger, DomainId domain);
}
