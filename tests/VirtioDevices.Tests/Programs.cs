using System.Collections.Generic;
using VirtioConsole;
using VirtioGpio;
using VirtioHosting;
using VirtioI2c;
using VirtioRng;

namespace VirtioDevices.Tests;

/// <summary>The programs, each made anew: a kind remembers what it was told.</summary>
internal static class Programs
{
    internal static IReadOnlyList<string> Names { get; } =
        ["virtio-console", "virtio-gpio", "virtio-host", "virtio-i2c", "virtio-rng"];

    internal static HostProgram Create(string name) => name switch
    {
        "virtio-console" => new HostProgram(name, "Consoles.", [new ConsoleKind()]),
        "virtio-gpio" => new HostProgram(name, "GPIO chips.", [new GpioKind()]),
        "virtio-i2c" => new HostProgram(name, "I2C adapters.", [new I2cKind()]),
        "virtio-rng" => new HostProgram(name, "Random numbers.", [new RngKind()]),
        _ => VirtioHost.AllKinds.Create(),
    };
}
