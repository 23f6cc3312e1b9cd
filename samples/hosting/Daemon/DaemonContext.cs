using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Sys;

namespace VirtioHosting.Daemon;

/// <summary>What all guests of a daemon share.</summary>
/// <param name="Platform">Opens the ways to Xen, anew for each guest.</param>
/// <param name="Directory">Where state is kept.</param>
/// <param name="Discovery">Takes the answers to toolstacks.</param>
/// <param name="Open">Opens the host's side of a device.</param>
/// <param name="Logging">Makes loggers.</param>
internal sealed record DaemonContext(
    GuestDeviceModelPlatform Platform,
    RunDirectory Directory,
    BackendDiscovery Discovery,
    Func<BackendDevice, HostedDeviceContext, IHostedDevice> Open,
    ILoggerFactory Logging)
{
    /// <summary>How guests are served.</summary>
    internal GuestOptions Guests { get; init; }

    /// <summary>How a guest ended; null if it has not, or nobody knows. Must not throw.</summary>
    internal required Func<DomainId, Task<string?>> FindEnd { get; init; }

    /// <summary>How often that is asked while a device of a guest takes long to be let go.</summary>
    internal TimeSpan EndCheckInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>After how long a device is tried again that a running guest needs, and that cannot be opened.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);
}
