using System;
using System.Collections.Generic;
using VirtioConsole.Ports;
using VirtioHosting;
using Xen.Virtio.Devices;

namespace VirtioConsole;

/// <summary>A console device of a guest, with the host's ends of its ports.</summary>
/// <param name="device">The device.</param>
/// <param name="text">Where the ends are.</param>
/// <param name="ends">The ends, which are owned.</param>
/// <param name="closed">Called when all is closed.</param>
internal sealed class HostedConsole(IVirtioDevice device, string text, IReadOnlyList<HostEnd> ends, Action closed)
    : IHostedDevice
{
    public IVirtioDevice Device => device;

    public string Text => text;

    public void Dispose()
    {
        foreach (var end in ends)
            end.Dispose();
        closed();
    }
}
