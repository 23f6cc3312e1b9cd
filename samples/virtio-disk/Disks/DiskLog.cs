using System;
using Microsoft.Extensions.Logging;
using Xen.DeviceModel;

namespace VirtioDisk.Disks;

/// <summary>Messages about disks. Event ids: 15x.</summary>
internal static partial class DiskLog
{
    [LoggerMessage(151, LogLevel.Error, "{Device}: the last flush of {Image} failed")]
    internal static partial void FlushFailed(this ILogger logger, BackendDeviceId device, string image);

    [LoggerMessage(
        152, LogLevel.Warning,
        "{Device}: requests are still under way after {Patience}: what they write may reach the disk later")]
    internal static partial void StillUnderWay(this ILogger logger, BackendDeviceId device, TimeSpan patience);

    [LoggerMessage(153, LogLevel.Information, "{Device}: {Before} sectors are now {After}")]
    internal static partial void Resized(this ILogger logger, BackendDeviceId device, ulong before, ulong after);
}
