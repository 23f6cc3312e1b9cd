using System;
using System.Collections.Immutable;
using System.Threading;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>Finds the device that answers at an address.</summary>
/// <remarks>
/// Lookups take no lock: regions are replaced as a whole. No lock is held while a device is called.
/// </remarks>
public sealed class IoBus
{
    private readonly Lock _change = new();
    private ImmutableArray<IoRegion> _regions = [];

    /// <summary>Puts a device on the bus.</summary>
    /// <param name="address">Where its window starts.</param>
    /// <param name="device">The device.</param>
    /// <returns>Its region.</returns>
    /// <exception cref="ArgumentException">The window is empty, wraps around, or overlaps another one.</exception>
    public IoRegion Add(ulong address, IMmioDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Length == 0 || address > ulong.MaxValue - (device.Length - 1))
            throw new ArgumentException($"no window of {device.Length} bytes fits at 0x{address:x}");

        var region = new IoRegion(address, address + device.Length - 1, device);
        lock (_change)
        {
            var index = 0;
            while (index < _regions.Length && _regions[index].Last < region.First)
                index++;
            if (index < _regions.Length && _regions[index].First <= region.Last)
                throw new ArgumentException(
                    $"0x{region.First:x}-0x{region.Last:x} overlaps 0x{_regions[index].First:x}-0x{_regions[index].Last:x}");
            ImmutableInterlocked.InterlockedExchange(ref _regions, _regions.Insert(index, region));
        }

        return region;
    }

    /// <summary>Takes a device off the bus.</summary>
    /// <param name="region">From <see cref="Add"/>; one that is not there is ignored.</param>
    public void Remove(IoRegion region)
    {
        lock (_change)
            ImmutableInterlocked.InterlockedExchange(ref _regions, _regions.Remove(region));
    }

    /// <summary>The guest reads.</summary>
    /// <param name="address">Address in this space.</param>
    /// <param name="data">Filled; with all ones if the answer is not <see cref="IoResult.Ok"/>.</param>
    public IoResult Read(ulong address, Span<byte> data)
    {
        var result = Find(address, data.Length) is { } region
            ? region.Device.Read(address - region.First, data)
            : IoResult.NoDevice;
        if (result != IoResult.Ok)
            data.Fill(0xff);
        return result;
    }

    /// <summary>The guest writes.</summary>
    /// <param name="address">Address in this space.</param>
    /// <param name="data">The value; dropped if the answer is not <see cref="IoResult.Ok"/>.</param>
    public IoResult Write(ulong address, ReadOnlySpan<byte> data) =>
        Find(address, data.Length) is { } region
            ? region.Device.Write(address - region.First, data)
            : IoResult.NoDevice;

    // An access belongs to a device only if it lies wholly inside its window, as it does for Xen.
    private IoRegion? Find(ulong address, int length)
    {
        var regions = _regions;
        var low = 0;
        var high = regions.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var region = regions[middle];
            if (region.Last < address)
                low = middle + 1;
            else if (region.First > address)
                high = middle - 1;
            else
                return region.Last - address >= (ulong)(length - 1) ? region : null;
        }

        return null;
    }
}
