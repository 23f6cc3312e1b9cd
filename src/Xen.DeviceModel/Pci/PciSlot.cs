using System.Threading;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>What one PCI function is plugged into: the windows that the guest has placed, its pin, its messages.</summary>
/// <remarks>The guest says where windows are; where they cannot be, the function does not answer (<see cref="PciWindows"/>).</remarks>
internal sealed class PciSlot(PciWindows windows, IMsiSink msi, IInterruptLine pin) : IPciHost
{
    private const int BarCount = 6;

    private readonly Lock _change = new();
    private readonly PlacedWindow?[] _placed = new PlacedWindow?[BarCount];

    public IMsiSink Msi => msi;

    public IInterruptLine Pin => pin;

    public void MapBar(int bar, ulong address, IMmioDevice window)
    {
        if ((uint)bar >= BarCount || window is null)
            return;
        lock (_change)
        {
            if (_placed[bar] is { } placed && placed.Address == address && placed.Window == window)
                return;
            Unmap(bar);
            _placed[bar] = windows.Place(address, window);
        }
    }

    public void UnmapBar(int bar)
    {
        if ((uint)bar >= BarCount)
            return;
        lock (_change)
            Unmap(bar);
    }

    /// <summary>The function is unplugged.</summary>
    internal void UnmapAll()
    {
        lock (_change)
        {
            for (var bar = 0; bar < BarCount; bar++)
                Unmap(bar);
        }
    }

    private void Unmap(int bar)
    {
        if (_placed[bar] is not { } placed)
            return;
        windows.Remove(placed);
        _placed[bar] = null;
    }
}
