using System.Collections.Generic;
using System.Threading;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>The windows that a guest has placed, of all its PCI functions.</summary>
/// <remarks>
/// A place that is memory, that another window has, or that Xen refuses, is one where a function does not answer: nothing else
/// happens. But a guest that moves one window after the other may have two at one place meanwhile: so whoever came too late is
/// tried again whenever a window is given up. There are no more tries to that than windows.
/// </remarks>
internal sealed class PciWindows(IoreqServer server, IGuestMemory memory)
{
    private readonly Lock _change = new();
    private readonly List<PlacedWindow> _refused = [];

    /// <summary>The guest has placed a window.</summary>
    /// <returns>To be given to <see cref="Remove"/>, whether it is to be reached now or not.</returns>
    internal PlacedWindow Place(ulong address, IMmioDevice window)
    {
        var placed = new PlacedWindow(address, window);
        lock (_change)
        {
            if (!TryMap(placed))
                _refused.Add(placed);
        }

        return placed;
    }

    /// <summary>The guest has taken a window away.</summary>
    internal void Remove(PlacedWindow placed)
    {
        lock (_change)
        {
            if (_refused.Remove(placed))
                return;
            server.UnmapMmio(placed.Address);
            _refused.RemoveAll(TryMap);
        }
    }

    /// <summary>Something else than a window of these has been given up: there may be room.</summary>
    internal void TryAgain()
    {
        lock (_change)
            _refused.RemoveAll(TryMap);
    }

    private bool TryMap(PlacedWindow placed) =>
        !IsMemory(placed.Address, placed.Window.Length) && server.TryMapMmio(placed.Address, placed.Window);

    // Xen gives accesses to memory to no device: it is enough to look at the ends.
    private bool IsMemory(ulong address, ulong length)
    {
        using var view = memory.Enter();
        return view.TryGetSpan(address, 1, GuestAccess.Read, out _)
            || view.TryGetSpan(unchecked(address + length - 1), 1, GuestAccess.Read, out _);
    }
}
