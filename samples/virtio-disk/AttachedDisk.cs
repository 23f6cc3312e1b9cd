using System;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Transports.Mmio;

namespace VirtioDisk;

/// <summary>A block device behind its virtio-mmio registers.</summary>
internal sealed class AttachedDisk : IDisposable
{
    internal AttachedDisk(IBlockBackend image, IGuestMemory memory, IInterruptLine line, ILogger logger)
    {
        Device = new BlockDevice(image, new BlockDeviceOptions(), logger);
        Transport = new VirtioMmioTransport(Device, memory, line, new VirtioMmioOptions(), logger);
    }

    internal BlockDevice Device { get; }

    internal VirtioMmioTransport Transport { get; }

    public void Dispose() => Transport.Dispose();
}
