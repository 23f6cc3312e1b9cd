using System;
using System.Buffers.Binary;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>Carries out one request and says what its response is. Never throws, whatever the request.</summary>
internal sealed class IoRequestHandler(
    IoBus mmio, IoBus ports, PciConfigurationSpace pci, ForeignGuestMemory memory, ILogger logger)
{
    // Xen splits string instructions at page ends: no request has more elements than a page has bytes.
    private const uint MaximumCount = Xen.Sys.XenPage.Size;

    private long _requests;
    private long _buffered;
    private long _unhandled;
    private long _deferred;
    private long _invalidations;

    internal IoreqServerStatistics Statistics => new(
        Volatile.Read(ref _requests),
        Volatile.Read(ref _unhandled),
        Volatile.Read(ref _invalidations),
        Volatile.Read(ref _buffered),
        Volatile.Read(ref _deferred));

    /// <summary>All bits that a value of a size has.</summary>
    internal static ulong AllOnes(uint size) => size >= sizeof(ulong) ? ulong.MaxValue : (1UL << (int)(size * 8)) - 1;

    /// <summary>Carries out a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">Who waits for the answer.</param>
    /// <param name="data">The data of the response.</param>
    /// <returns>False if a device answers later.</returns>
    internal bool TryHandle(in IoRequest request, DeferrableAccess access, out ulong data)
    {
        Interlocked.Increment(ref _requests);
        if (TryHandle(request, access, out data, isBuffered: false))
            return true;
        Interlocked.Increment(ref _deferred);
        return false;
    }

    /// <summary>Carries out a request that nobody waits for.</summary>
    internal void HandleBuffered(in IoRequest request)
    {
        Interlocked.Increment(ref _buffered);
        TryHandle(request, null, out _, isBuffered: true);
    }

    /// <summary>Something in the ring was no request.</summary>
    internal void CountMalformed() => Interlocked.Increment(ref _unhandled);

    private bool TryHandle(in IoRequest request, DeferrableAccess? access, out ulong data, bool isBuffered)
    {
        data = request.Data;
        try
        {
            switch (request.Kind)
            {
                case IoreqKind.Mmio or IoreqKind.PortIo or IoreqKind.PciConfiguration when IsWellFormed(request):
                    return TryAccess(request, access, ref data);
                case IoreqKind.Invalidate when !isBuffered:
                    Interlocked.Increment(ref _invalidations);
                    memory.Invalidate();
                    return true;
                case IoreqKind.TimeOffset:
                    return true;
                default:
                    data = Unhandled(request);
                    return true;
            }
        }
        catch (Exception error) // whatever a device throws must not keep the guest's vCPU from its response
        {
            TryLog(error);
            data = Unhandled(request);
            return true;
        }
    }

    private void TryLog(Exception error)
    {
        try
        {
            logger.DeviceThrew(error);
        }
        catch (Exception) // a log that fails must not keep the guest's vCPU from its response either
        {
        }
    }

    // Ports and configuration space have no accesses of 8 bytes.
    private static bool IsWellFormed(in IoRequest request) =>
        request.Count is > 0 and <= MaximumCount
            && (request.Size is 1 or 2 or 4 || (request.Size == sizeof(ulong) && request.Kind == IoreqKind.Mmio));

    private ulong Unhandled(in IoRequest request)
    {
        Interlocked.Increment(ref _unhandled);
        return request.IsRead && !request.IsIndirect ? AllOnes(request.Size) : request.Data;
    }

    private bool TryAccess(in IoRequest request, DeferrableAccess? access, ref ulong data)
    {
        var isAnswered = true;
        if (request.Count == 1 && !request.IsIndirect)
        {
            var result = AccessByValue(request.Address, request, access, ref data);
            if (result == IoResult.Deferred)
                return false;
            isAnswered = result == IoResult.Ok;
        }
        else
        {
            using var view = request.IsIndirect ? memory.Enter() : default;
            for (uint element = 0; element < request.Count; element++)
            {
                // Addresses wrap around, as they do for the guest. Ports, and what is behind them, stay the same.
                var way = (ulong)element * request.Size;
                var distance = request.IsDescending ? 0 - way : way;
                var address = request.Kind == IoreqKind.Mmio ? request.Address + distance : request.Address;
                isAnswered &= request.IsIndirect
                    ? AccessByMemory(address, view, request.Data + distance, request)
                    : AccessByValue(address, request, null, ref data) == IoResult.Ok;
            }
        }

        if (!isAnswered)
            Interlocked.Increment(ref _unhandled);
        return true;
    }

    private IoResult AccessByValue(ulong address, in IoRequest request, DeferrableAccess? access, ref ulong data)
    {
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        var value = whole[..(int)request.Size];
        if (request.IsRead)
        {
            whole.Clear();
            var read = Read(request.Kind, address, value, access);
            data = BinaryPrimitives.ReadUInt64LittleEndian(whole);
            return read;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(whole, data);
        return Write(request.Kind, address, value, access);
    }

    private bool AccessByMemory(ulong address, GuestMemoryView view, ulong place, in IoRequest request)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value = value[..(int)request.Size];
        if (request.IsRead)
        {
            var read = Read(request.Kind, address, value, null);
            return view.TryWrite(place, value) && read == IoResult.Ok;
        }

        return view.TryRead(place, value) && Write(request.Kind, address, value, null) == IoResult.Ok;
    }

    private IoResult Read(IoreqKind space, ulong address, Span<byte> value, DeferrableAccess? access) => space switch
    {
        IoreqKind.Mmio => mmio.Read(address, value, access),
        IoreqKind.PortIo => ports.Read(address, value, access),
        _ => pci.Read(address, value),
    };

    private IoResult Write(IoreqKind space, ulong address, ReadOnlySpan<byte> value, DeferrableAccess? access) =>
        space switch
        {
            IoreqKind.Mmio => mmio.Write(address, value, access),
            IoreqKind.PortIo => ports.Write(address, value, access),
            _ => pci.Write(address, value),
        };
}
