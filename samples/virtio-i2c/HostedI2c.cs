using VirtioHosting;
using Xen.Virtio.Devices;
using Xen.Virtio.Linux.I2c;

namespace VirtioI2c;

/// <summary>An I2C adapter of a guest, with its shares in the host's adapters.</summary>
/// <param name="device">The device.</param>
/// <param name="text">The chips.</param>
/// <param name="bus">The way to the chips, which is owned, and owns the shares.</param>
internal sealed class HostedI2c(IVirtioDevice device, string text, I2cRoutes bus) : IHostedDevice
{
    public IVirtioDevice Device => device;

    public string Text => text;

    public void Dispose() => bus.Dispose();
}
