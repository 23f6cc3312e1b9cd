using System.Threading;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>What one PCI function is plugged into: the windows that the guest has placed, its pin, its messages.</summary>
/// <remarks>
/// The guest says where windows are. A place that is memory, that another window has, or that Xen refuses, is one where the
/// function does not answer: nothing else happens.
/// </remarks>
internal sealed class PciSlot(IoreqServer server, IGuestMemory memory, IMsiSink msi, IInterruptLine pin) : IPciHost
{
    private const int BarCount = 6;

    private readonly Lock _change = new();
    private readonly (ulong Address, IMmioDevice Window)?[] _windows = new (ulong, IMmioDevice)?[BarCount];

    public IMsiSink Msi => msi;

    public IInterruptLine Pin => pin;

    public void MapBar(int bar, ulong address, IMmioDevice window)
    {
        if ((uint)bar >= BarCount || window is null)
            return;
        lock (_change)
        {
            if (_windows[bar] is { } mapped && mapped.Address == address && mapped.Window == window)
                return;
            Unmap(bar);
            if (!IsMemory(address, window.Length) && server.TryMapMmio(address, window))
                _windows[bar] = (address, window);
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
        if (_windows[bar] is not { } mapped)
            return;
        server.UnmapMmio(mapped.Address);
        _windows[bar] = null;
    }

    // Xen gives accesses to memory to no device: it is enough to look at the ends.
    private bool IsMemory(ulong address, ulong length)
    {
        using var view = memory.Enter();
        return view.TryGetSpan(address, 1, GuestAccess.Read, out _)
            || view.TryGetSpan(unchecked(address + length - 1), 1, GuestAccess.Read, out _);
    }
}
