using System;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Devices.I2c;

/// <summary>
/// Which chips of a bus a guest may reach. For it, there is nothing at the other addresses. Immutable.
/// </summary>
public sealed class I2cAddressFilter
{
    private readonly bool[] _sevenBit = new bool[I2cAddress.MaxSevenBit + 1];
    private readonly bool[] _tenBit = new bool[I2cAddress.MaxTenBit + 1];

    private I2cAddressFilter()
    {
    }

    /// <summary>Every address.</summary>
    public static I2cAddressFilter All { get; } = CreateAll();

    /// <summary>Some addresses, and no other.</summary>
    /// <param name="addresses">The addresses that may be reached.</param>
    public static I2cAddressFilter Only(params ReadOnlySpan<I2cAddress> addresses)
    {
        var filter = new I2cAddressFilter();
        foreach (var address in addresses)
            filter.Table(address)[address.Value] = true;
        return filter;
    }

    /// <summary>Whether the guest may reach an address.</summary>
    /// <param name="address">The address.</param>
    public bool Allows(I2cAddress address) => Table(address)[address.Value];

    private bool[] Table(I2cAddress address) => address.IsTenBit ? _tenBit : _sevenBit;

    private static I2cAddressFilter CreateAll()
    {
        var filter = new I2cAddressFilter();
        Array.Fill(filter._sevenBit, true);
        Array.Fill(filter._tenBit, true);
        return filter;
    }
}
