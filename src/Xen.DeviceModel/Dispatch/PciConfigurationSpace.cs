using System;
using System.Collections.Immutable;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Finds the PCI function whose configuration space is accessed. Lookups take no lock.</summary>
/// <remarks>
/// Addresses are those of <c>IOREQ_TYPE_PCI_CONFIG</c>: the function in bits 32 to 63, as <see cref="PciSbdf"/> has it, and the
/// offset below.
/// </remarks>
internal sealed class PciConfigurationSpace
{
    private const int Length = 256;
    private const int RegisterSize = 4;
    private const int FunctionShift = 32;

    private readonly Lock _change = new();
    private ImmutableDictionary<uint, IPciDevice> _functions = ImmutableDictionary<uint, IPciDevice>.Empty;

    /// <summary>Plugs a function in.</summary>
    /// <returns>False if there is one already.</returns>
    internal bool TryAdd(PciSbdf place, IPciDevice device)
    {
        lock (_change)
        {
            if (_functions.ContainsKey(place.Value))
                return false;
            Volatile.Write(ref _functions, _functions.Add(place.Value, device));
            return true;
        }
    }

    /// <summary>Takes a function out, if there is one.</summary>
    internal void Remove(PciSbdf place)
    {
        lock (_change)
            Volatile.Write(ref _functions, _functions.Remove(place.Value));
    }

    /// <summary>The guest reads.</summary>
    /// <param name="address">Function and offset.</param>
    /// <param name="data">Filled; with all ones if the answer is not <see cref="IoResult.Ok"/>.</param>
    internal IoResult Read(ulong address, Span<byte> data)
    {
        var result = Find(address, data.Length, out var offset) is { } device
            ? device.ReadConfig(offset, data)
            : IoResult.NoDevice;
        if (result == IoResult.Ok)
            return result;
        data.Fill(0xff);
        return result == IoResult.Deferred ? IoResult.NoDevice : result;
    }

    /// <summary>The guest writes.</summary>
    /// <param name="address">Function and offset.</param>
    /// <param name="data">The value; dropped if the answer is not <see cref="IoResult.Ok"/>.</param>
    internal IoResult Write(ulong address, ReadOnlySpan<byte> data)
    {
        var result = Find(address, data.Length, out var offset) is { } device
            ? device.WriteConfig(offset, data)
            : IoResult.NoDevice;
        return result == IoResult.Deferred ? IoResult.NoDevice : result;
    }

    // The extended space, which old machines can address too, is empty.
    private IPciDevice? Find(ulong address, int size, out int offset)
    {
        var register = (uint)address;
        offset = (int)(register % Length);
        if (register >= Length || size > RegisterSize - (offset % RegisterSize))
            return null;
        return Volatile.Read(ref _functions).GetValueOrDefault((uint)(address >> FunctionShift));
    }
}
