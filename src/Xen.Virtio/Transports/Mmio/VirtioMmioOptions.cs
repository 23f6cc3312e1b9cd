namespace Xen.Virtio.Transports.Mmio;

/// <summary>What can be chosen about a virtio-mmio transport.</summary>
public sealed class VirtioMmioOptions : VirtioTransportOptions;
