using System.Diagnostics.CodeAnalysis;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>Keeps the handles that a device model opens, to see what can still be done with them.</summary>
internal sealed class PrivilegeProbe
{
    internal PrivilegeProbe(SimulatedXen xen)
    {
        var platform = xen.Linux.ToPlatform();
        Platform = platform with
        {
            OpenTransport = () => Transport = platform.OpenTransport(),
            OpenForeignMemory = () => ForeignMemory = platform.OpenForeignMemory(),
            OpenEventChannels = () => EventChannels = platform.OpenEventChannels(),
        };
    }

    internal GuestDeviceModelPlatform Platform { get; }

    [AllowNull]
    internal IHypercallTransport Transport { get => field!; private set; }

    [AllowNull]
    internal IForeignMemory ForeignMemory { get => field!; private set; }

    [AllowNull]
    internal IEventChannels EventChannels { get => field!; private set; }
}
