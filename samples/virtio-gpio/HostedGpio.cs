using VirtioHosting;
using Xen.Virtio.Devices;

namespace VirtioGpio;

/// <summary>A GPIO chip of a guest, with the host's chip.</summary>
/// <param name="device">The device.</param>
/// <param name="bank">The chip, which is owned.</param>
/// <param name="text">The chip and the lines.</param>
internal sealed class HostedGpio(IVirtioDevice device, HostBank bank, string text) : IHostedDevice
{
    public IVirtioDevice Device => device;

    public string Text => text;

    public void Dispose() => bank.Dispose();
}
