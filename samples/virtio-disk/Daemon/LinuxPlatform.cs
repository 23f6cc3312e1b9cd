using System.IO;
using Xen.DeviceModel;
using Xen.Privcmd;

namespace VirtioDisk.Daemon;

/// <summary>The ways to Xen of the Linux that this program runs on.</summary>
internal static class LinuxPlatform
{
    private const string GrantDevice = "/dev/xen/gntdev";

    internal static GuestDeviceModelPlatform Create() => new()
    {
        OpenTransport = static () => PrivcmdTransport.Open(),
        OpenForeignMemory = static () => PrivcmdForeignMemory.Open(),
        OpenEventChannels = static () => LinuxEventChannels.Open(),
        OpenGrantTable = File.Exists(GrantDevice) ? static () => LinuxGrantTable.Open() : null,
    };
}
