using System;
using System.Buffers.Binary;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>Carries out one request and says what its response is. Never throws, whatever the request.</summary>
internal sealed class IoRequestHandler(IoBus mmio, ForeignGuestMemory memory, ILogger logger)
{
    // Xen splits string instructions at page ends: no request has more elements than a page has bytes.
    private const uint MaximumCount = Xen.Sys.XenPage.Size;

    private long _requests;
    private long _unhandled;
    private long _invalidations;

    internal IoreqServerStatistics Statistics => new(
        Volatile.Read(ref _requests), Volatile.Read(ref _unhandled), Volatile.Read(ref _invalidations));

    /// <summary>Carries out a request.</summary>
    /// <returns>The data of the response.</returns>
    internal ulong Handle(in IoRequest request)
    {
        Interlocked.Increment(ref _requests);
        try
        {
            switch (request.Kind)
            {
                case IoreqKind.Mmio when IsWellFormed(request):
                    return HandleMmio(request);
                case IoreqKind.Invalidate:
                    Interlocked.Increment(ref _invalidations);
                    memory.Invalidate();
                    return request.Data;
                case IoreqKind.TimeOffset:
                    return request.Data;
                default:
                    return Unhandled(request);
            }
        }
        catch (Exception error) // whatever a device throws must not keep the guest's vCPU from its response
        {
            TryLog(error);
            return Unhandled(request);
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

    private static bool IsWellFormed(in IoRequest request) =>
        request.Size is 1 or 2 or 4 or 8 && request.Count is > 0 and <= MaximumCount;

    private ulong Unhandled(in IoRequest request)
    {
        Interlocked.Increment(ref _unhandled);
        return request.IsRead && !request.IsIndirect ? AllOnes(request.Size) : request.Data;
    }

    private static ulong AllOnes(uint size) => size >= sizeof(ulong) ? ulong.MaxValue : (1UL << (int)(size * 8)) - 1;

    private ulong HandleMmio(in IoRequest request)
    {
        var data = request.Data;
        var answered = true;
        using var view = request.IsIndirect ? memory.Enter() : default;
        for (uint element = 0; element < request.Count; element++)
        {
            // Addresses wrap around, as they do for the guest.
            var distance = request.IsDescending ? 0 - ((ulong)element * request.Size) : (ulong)element * request.Size;
            answered &= request.IsIndirect
                ? AccessByMemory(request.Address + distance, view, request.Data + distance, request)
                : AccessByValue(request.Address + distance, request, ref data);
        }

        if (!answered)
            Interlocked.Increment(ref _unhandled);
        return data;
    }

    private bool AccessByValue(ulong address, in IoRequest request, ref ulong data)
    {
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        var value = whole[..(int)request.Size];
        if (request.IsRead)
        {
            whole.Clear();
            var read = mmio.Read(address, value);
            data = BinaryPrimitives.ReadUInt64LittleEndian(whole);
            return read == IoResult.Ok;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(whole, data);
        return mmio.Write(address, value) == IoResult.Ok;
    }

    private bool AccessByMemory(ulong address, GuestMemoryView view, ulong place, in IoRequest request)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value = value[..(int)request.Size];
        if (request.IsRead)
        {
            var read = mmio.Read(address, value);
            return view.TryWrite(place, value) && read == IoResult.Ok;
        }

        return view.TryRead(place, value) && mmio.Write(address, value) == IoResult.Ok;
    }
}
