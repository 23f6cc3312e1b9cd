using System.IO;
using Xen.DeviceModel;
using Xen.Privcmd;

namespace VirtioHosting.Daemon;

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
        OpenDoorbells = static (transport, domain, slots, ports) =>
            DoorbellEvents.TryOpen((PrivcmdTransport)transport, domain, slots, ports),
    };

    /// <summary>Refuses what this kernel has not.</summary>
    /// <param name="program">Name of the program.</param>
    /// <param name="guests">How guests are to be served.</param>
    /// <param name="transport">Not restricted.</param>
    /// <exception cref="UsageException">The kernel cannot answer doorbells.</exception>
    internal static void Check(string program, GuestOptions guests, PrivcmdTransport transport)
    {
        if (guests.KernelDoorbells && !DoorbellEvents.IsInKernel(transport))
            throw new UsageException(
                "--kernel-doorbells: this kernel does not answer doorbells. That takes Linux 6.7 or later, built with"
                + " CONFIG_XEN_PRIVCMD_EVENTFD, and on x86 a PVH dom0; Debian's kernels have it not. Without the option"
                + $" {program} answers them");
    }
}
