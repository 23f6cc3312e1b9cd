using System;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Linux.Gpio;

namespace VirtioGpio;

/// <summary>A chip of the host that is open for one guest.</summary>
/// <param name="Bank">The chip. Disposed if it can be.</param>
/// <param name="Text">What it is: <c>/dev/gpiochip0 (pinctrl-bcm2711)</c>.</param>
internal sealed record HostBank(IGpioBank Bank, string Text) : IDisposable
{
    /// <summary>Opens a chip.</summary>
    /// <param name="list">Which chip. All of its lines are seen; none is taken before the guest takes it.</param>
    /// <param name="logger">Where the chip logs.</param>
    internal static HostBank Open(GpioLineList list, ILogger logger)
    {
        var chip = LinuxGpioChip.Open(list.Chip, logger: logger);
        return new HostBank(chip, $"{chip.Path} ({chip.Label})");
    }

    /// <summary>Closes the chip, and gives its lines up.</summary>
    public void Dispose() => (Bank as IDisposable)?.Dispose();
}
