using System;
using Microsoft.Extensions.Logging;
using VirtioDisk.Disks;
using VirtioDisk.State;
using Xen.DeviceModel;
using Xen.Virtio.Storage;

namespace VirtioDisk.Daemon;

/// <summary>What all guests of a daemon share.</summary>
/// <param name="Platform">Opens the ways to Xen, anew for each guest.</param>
/// <param name="Directory">Where state is kept.</param>
/// <param name="Discovery">Takes the answers to toolstacks.</param>
/// <param name="Logging">Makes loggers.</param>
internal sealed record DaemonContext(
    GuestDeviceModelPlatform Platform, RunDirectory Directory, BackendDiscovery Discovery, ILoggerFactory Logging)
{
    /// <summary>Opens images.</summary>
    internal Func<ImageSpec, ILoggerFactory, IBlockBackend> OpenImage { get; init; } = ImageOpener.Open;

    /// <summary>How guests are served.</summary>
    internal GuestOptions Guests { get; init; }

    /// <summary>After how long an image is tried again that a running guest needs, and that cannot be opened.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);
}
