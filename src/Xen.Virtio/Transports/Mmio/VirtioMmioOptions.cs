using System;

namespace Xen.Virtio.Transports.Mmio;

/// <summary>What can be chosen about a virtio-mmio transport.</summary>
public sealed class VirtioMmioOptions
{
    /// <summary>
    /// Offers VIRTIO_F_ACCESS_PLATFORM. A Xen guest that uses grants needs it; others accept it without harm.
    /// </summary>
    public bool AccessPlatform { get; init; }

    /// <summary>
    /// How long a reset, a stopped queue or <see cref="VirtioMmioTransport.Dispose"/> waits for host I/O that is
    /// under way. The guest's vCPU waits with it.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
