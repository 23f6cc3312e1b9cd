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
        if (Insert(region) is { } other)
            throw new ArgumentException(
                $"0x{region.First:x}-0x{region.Last:x} overlaps 0x{other.First:x}-0x{other.Last:x}");
        return region;
    }

    /// <summary>Puts a device at a place that its guest has chosen.</summary>
    /// <returns>Null if the window is empty, wraps around, or overlaps another one.</returns>
    internal IoRegion? TryAdd(ulong address, IMmioDevice device)
    {
        var length = device.Length;
        if (length == 0 || address > ulong.MaxValue - (length - 1))
            return null;
        var region = new IoRegion(address, address + length - 1, device);
        return Insert(region) is null ? region : null;
    }

    /// <summary>The region that begins at an address.</summary>
    internal IoRegion? FindAt(ulong first) => Find(first, 1) is { } region && region.First == first ? region : null;

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
    public IoResult Read(ulong address, Span<byte> data) => Read(address, data, null);

    /// <summary>The guest writes.</summary>
    /// <param name="address">Address in this space.</param>
    /// <param name="data">The value; dropped if the answer is not <see cref="IoResult.Ok"/>.</param>
    public IoResult Write(ulong address, ReadOnlySpan<byte> data) => Write(address, data, null);

    /// <summary>The guest reads, and can wait for the answer.</summary>
    /// <param name="address">Address in this space.</param>
    /// <param name="data">Filled, unless the answer is <see cref="IoResult.Deferred"/>.</param>
    /// <param name="access">Who waits; null if nobody can.</param>
    internal IoResult Read(ulong address, Span<byte> data, DeferrableAccess? access)
    {
        var result = IoResult.NoDevice;
        if (Find(address, data.Length) is { } region)
        {
            result = region.Deferring is { } deferring && access is not null
                ? deferring.Read(address - region.First, data, access.Begin())
                : WithoutDeferral(region.Device.Read(address - region.First, data));
        }

        if (result is not (IoResult.Ok or IoResult.Deferred))
            data.Fill(0xff);
        return result;
    }

    /// <summary>The guest writes, and can wait until that is done.</summary>
    /// <param name="address">Address in this space.</param>
    /// <param name="data">The value.</param>
    /// <param name="access">Who waits; null if nobody can.</param>
    internal IoResult Write(ulong address, ReadOnlySpan<byte> data, DeferrableAccess? access)
    {
        if (Find(address, data.Length) is not { } region)
            return IoResult.NoDevice;
        return region.Deferring is { } deferring && access is not null
            ? deferring.Write(address - region.First, data, access.Begin())
            : WithoutDeferral(region.Device.Write(address - region.First, data));
    }

    // Whoever has nothing to complete the access with cannot put it off.
    private static IoResult WithoutDeferral(IoResult result) =>
        result == IoResult.Deferred ? IoResult.NoDevice : result;

    private IoRegion? Insert(IoRegion region)
    {
        lock (_change)
        {
            var index = 0;
            while (index < _regions.Length && _regions[index].Last < region.First)
                index++;
            if (index < _regions.Length && _regions[index].First <= region.Last)
                return _regions[index];
            ImmutableInterlocked.InterlockedExchange(ref _regions, _regions.Insert(index, region));
            return null;
        }
    }

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
