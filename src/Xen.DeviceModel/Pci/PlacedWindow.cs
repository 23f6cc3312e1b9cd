using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>A window at the place where the guest wants it. Two are never the same one.</summary>
/// <param name="address">Guest physical address.</param>
/// <param name="window">Answers there.</param>
internal sealed class PlacedWindow(ulong address, IMmioDevice window)
{
    internal ulong Address => address;

    internal IMmioDevice Window => window;
}
