using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>A device at its place in an address space.</summary>
/// <param name="First">First address.</param>
/// <param name="Last">Last address, inclusive.</param>
/// <param name="Device">Answers there.</param>
public sealed record IoRegion(ulong First, ulong Last, IMmioDevice Device)
{
    /// <summary>The device, if it may answer later.</summary>
    internal IDeferringDevice? Deferring { get; } = Device as IDeferringDevice;
}
