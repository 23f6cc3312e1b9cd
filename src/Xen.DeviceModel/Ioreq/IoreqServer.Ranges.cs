using System;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <content>The ranges that it has claimed, in Xen and on its buses. They may change while it serves.</content>
public sealed partial class IoreqServer
{
    private const ulong PortLimit = 0x10000;

    // Of a window that an adopted server has in part. A longer one is of a device that is at the same place as before.
    private const ulong MaximumPieces = 1024;

    /// <summary>Claims a range of guest physical addresses for a device.</summary>
    /// <param name="address">Where the device's window starts.</param>
    /// <param name="device">Answers the accesses.</param>
    /// <exception cref="ArgumentException">The window is empty, wraps around, or overlaps another one.</exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public void MapMmio(ulong address, IMmioDevice device)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var region = _mmio.Add(address, device);
        Claim(IoSpace.Memory, _mmio, region);
        _doorbells.Add(region);
    }

    /// <summary>Gives a range up that <see cref="MapMmio"/> claimed: accesses find nothing there from now on.</summary>
    /// <param name="address">Where the device's window starts.</param>
    /// <returns>False if no window starts there.</returns>
    public bool UnmapMmio(ulong address) => Release(IoSpace.Memory, _mmio, _mmio.FindAt(address));

    /// <summary>Claims a range of I/O ports for a device (x86).</summary>
    /// <param name="port">The first port.</param>
    /// <param name="device">
    /// Answers the accesses, of 1, 2 or 4 bytes: its window is of ports, its offsets count from the first one.
    /// </param>
    /// <exception cref="ArgumentException">The window is empty, leaves the space of ports, or overlaps another one.</exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public void MapPorts(ushort port, IMmioDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (device.Length > PortLimit - port)
            throw new ArgumentException($"no {device.Length} ports follow port 0x{port:x}");
        Claim(IoSpace.Port, _ports, _ports.Add(port, device));
    }

    /// <summary>Gives ports up that <see cref="MapPorts"/> claimed.</summary>
    /// <param name="port">The first port.</param>
    /// <returns>False if no window starts there.</returns>
    public bool UnmapPorts(ushort port) => Release(IoSpace.Port, _ports, _ports.FindAt(port));

    /// <summary>Claims the configuration space of a PCI function (x86).</summary>
    /// <param name="place">The function.</param>
    /// <param name="device">Answers the accesses. Whoever maps it attaches it to what is around it.</param>
    /// <exception cref="ArgumentException">There is a function already.</exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public void MapPci(PciSbdf place, IPciDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_pci.TryAdd(place, device))
            throw new ArgumentException($"there is a PCI function at {place} already");

        var result = Claim(IoSpace.PciConfiguration, place.Value, place.Value);
        if (result.IsSuccess)
            return;
        _pci.Remove(place);
        result.OrThrow($"dm_op map_io_range_to_ioreq_server PCI {place}", _domain);
    }

    /// <summary>Gives the configuration space of a PCI function up.</summary>
    /// <param name="place">The function.</param>
    public void UnmapPci(PciSbdf place)
    {
        if (!_disposed)
            DmOp.UnmapIoRange(_transport, _domain, Id, IoSpace.PciConfiguration, place.Value, place.Value);
        _pci.Remove(place);
    }

    /// <summary>Claims a range that the guest has chosen.</summary>
    /// <returns>False if that cannot be: it overlaps another one, or Xen refuses.</returns>
    internal bool TryMapMmio(ulong address, IMmioDevice device)
    {
        if (_disposed || _mmio.TryAdd(address, device) is not { } region)
            return false;
        var result = Claim(IoSpace.Memory, region.First, region.Last);
        if (result.IsSuccess)
        {
            _doorbells.Add(region);
            return true;
        }

        _mmio.Remove(region);
        _logger.WindowRefused(_domain, address, XenErrno.Name(result.Errno));
        return false;
    }

    private void Claim(IoSpace space, IoBus bus, IoRegion region)
    {
        var result = Claim(space, region.First, region.Last);
        if (result.IsSuccess)
            return;

        bus.Remove(region);
        result.OrThrow($"dm_op map_io_range_to_ioreq_server 0x{region.First:x}-0x{region.Last:x}", _domain);
    }

    // A server that was adopted has its ranges already, and maybe more. What it has is left as it is, since a range that is
    // given up for a moment is one where vCPUs find nothing; what it lacks is added piece by piece.
    private HypercallResult Claim(IoSpace space, ulong first, ulong last)
    {
        var result = DmOp.MapIoRange(_transport, _domain, Id, space, first, last);
        if (!IsAdopted || result.Errno != XenAbi.XEN_EEXIST)
            return result;

        var step = space == IoSpace.Memory ? (ulong)XenPage.Size : 1;
        if ((last - first) / step >= MaximumPieces)
            return default;
        for (var piece = first; ;)
        {
            var end = Math.Min(piece | (step - 1), last);
            result = DmOp.MapIoRange(_transport, _domain, Id, space, piece, end);
            if (!result.IsSuccess && result.Errno != XenAbi.XEN_EEXIST)
                return result;
            if (end == last)
                return default;
            piece = end + 1;
        }
    }

    private bool Release(IoSpace space, IoBus bus, IoRegion? region)
    {
        if (region is null)
            return false;
        _doorbells.Remove(region);
        // One that was left behind keeps its ranges for the process that takes over.
        if (!_disposed)
            DmOp.UnmapIoRange(_transport, _domain, Id, space, region.First, region.Last);
        bus.Remove(region);
        return true;
    }
}
