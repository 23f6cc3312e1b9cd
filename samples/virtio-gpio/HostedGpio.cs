using VirtioHosting;
using VirtioHosting.State;
using Xen.Virtio.Devices;

namespace VirtioGpio;

/// <summary>A GPIO chip of a guest, with the host's chip.</summary>
/// <param name="device">The device.</param>
/// <param name="bank">The chip, which is owned.</param>
/// <param name="notes">What the device keeps for a later daemon, which is owned.</param>
/// <param name="text">The chip and the lines.</param>
internal sealed class HostedGpio(IVirtioDevice device, HostBank bank, WordFile notes, string text) : IHostedDevice
{
    public IVirtioDevice Device => device;

    public string Text => text;

    public void Dispose()
    {
        // Not before the bank, whose lines are noted.
        bank.Dispose();
        notes.Dispose();
    }
}
