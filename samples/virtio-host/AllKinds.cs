using VirtioConsole;
using VirtioDisk;
using VirtioGpio;
using VirtioHosting;
using VirtioI2c;
using VirtioRng;

namespace VirtioHost;

/// <summary>The program, with all kinds of devices; the options of <c>serve</c> say of which kind they are.</summary>
internal static class AllKinds
{
    private const string Name = "virtio-host";

    internal static HostProgram Create() => new(
        Name,
        "Virtio disks, I2C, GPIO, random numbers and consoles for guests on Xen: daemon and tool.",
        [
            new DiskKind(),
            new I2cKind("--i2c", alias: null),
            new GpioKind("--gpio", alias: null),
            new RngKind("--rng-rate", "--rng-burst"),
            new ConsoleKind(Name, "--console-port", "--console-size"),
        ]);
}
