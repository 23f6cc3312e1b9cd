using VirtioHosting;
using Xen.Virtio.Devices;

namespace VirtioRng;

/// <summary>A source of random numbers of a guest. The host's side is the kernel.</summary>
/// <param name="device">The device.</param>
/// <param name="text">The limit.</param>
internal sealed class HostedRng(IVirtioDevice device, string text) : IHostedDevice
{
    public IVirtioDevice Device => device;

    public string Text => text;

    public void Dispose()
    {
        // Nothing is open.
    }
}
