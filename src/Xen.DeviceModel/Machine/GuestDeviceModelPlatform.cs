using System;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>How a device model's ways to Xen are opened: from Linux's devices, or from a simulated Linux in a test.</summary>
/// <remarks>
/// What a <see cref="GuestDeviceModel"/> opens is its own, and is restricted to its domain
/// (<see cref="IRestrictable"/>) and disposed of by it.
/// </remarks>
public sealed record GuestDeviceModelPlatform
{
    /// <summary>Opens hypercalls: <c>PrivcmdTransport.Open</c>, for instance.</summary>
    public required Func<IHypercallTransport> OpenTransport { get; init; }

    /// <summary>Opens foreign memory.</summary>
    public required Func<IForeignMemory> OpenForeignMemory { get; init; }

    /// <summary>Opens event channels.</summary>
    public required Func<IEventChannels> OpenEventChannels { get; init; }

    /// <summary>Opens grants; null if guests cannot use them for their buffers.</summary>
    public Func<IGrantTable>? OpenGrantTable { get; init; }

    /// <summary>
    /// Has the kernel answer writes to doorbells, where it can: <c>DoorbellEvents.TryOpen</c>, for instance. Given what
    /// <see cref="OpenTransport"/> opened, restricted by now, the domain, the page of its requests, and the port of each vCPU.
    /// </summary>
    public Func<IHypercallTransport, DomainId, IForeignMapping, EventChannelPort[], IDoorbellEvents?>? OpenDoorbells { get; init; }

    /// <summary>The architecture of the guests.</summary>
    public Architecture Architecture { get; init; } = RuntimeInformation.ProcessArchitecture;
}
