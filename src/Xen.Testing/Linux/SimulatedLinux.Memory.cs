using System;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Linux;

/// <content>System calls on memory.</content>
// SAFETY: what is unmapped or replaced is what the caller of the system call names: it has to know that it may be.
public sealed unsafe partial class SimulatedLinux
{
    private const int DontNeed = 4;
    private const int DoFork = 11;

    /// <inheritdoc/>
    int IKernel.PageSize => XenPage.Size;

    /// <inheritdoc/>
    HypercallResult IKernel.Map(
        nint hint, nuint length, int protection, int flags, SafeHandle? file, ulong offset, out nint address)
    {
        address = -1;
        if (Faults.Strike(KernelCall.Map, (file as SimulatedFileHandle)?.File.Path ?? "", 0, out var failure))
            return failure;
        var place = (flags & Libc.MAP_FIXED) != 0 ? hint : 0;
        if (length == 0 || offset % XenPage.Size != 0 || place % XenPage.Size != 0)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        length = (length + XenPage.Size - 1) & ~(nuint)(XenPage.Size - 1);
        try
        {
            lock (_gate)
            {
                if (place != 0 && _memory.CheckRemoval((nuint)place, length) is { IsSuccess: false } refusal)
                    return refusal;
                if (file is null)
                    return MapOrdinary(place, length, protection, flags, out address);

                using var held = new HeldFile(this, file);
                if (held.File is null)
                    return HypercallResult.Failure(XenAbi.XEN_EBADF);
                var request = new MapRequest(length, protection, (flags & Libc.MAP_SHARED) != 0, offset);
                return MapDevice(held.File, place, request, out address);
            }
        }
        catch (InvalidOperationException exception) when (exception is not ObjectDisposedException)
        {
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        }
    }

    /// <inheritdoc/>
    HypercallResult IKernel.Unmap(nint address, nuint length)
    {
        if (Faults.Strike(KernelCall.Unmap, "", 0, out var failure))
            return failure;
        if (length == 0 || address % XenPage.Size != 0)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        length = (length + XenPage.Size - 1) & ~(nuint)(XenPage.Size - 1);
        lock (_gate)
        {
            var result = _memory.CheckRemoval((nuint)address, length);
            if (!result.IsSuccess)
                return result;
            HostMemory.Unmap((void*)address, length);
            _memory.Remove((nuint)address, length);
            return default;
        }
    }

    /// <inheritdoc/>
    HypercallResult IKernel.Advise(nint address, nuint length, int advice)
    {
        if (Faults.Strike(KernelCall.Advise, "", 0, out var failure))
            return failure;
        lock (_gate)
        {
            // Drivers' memory is not copied to child processes, and is not the process's to drop.
            var isDrivers = _memory.Find((nuint)address) is { } area && area.Start < (nuint)address + length;
            if (isDrivers)
                return advice is DoFork or DontNeed ? HypercallResult.Failure(XenAbi.XEN_EINVAL) : default;
        }

        return LinuxKernel.Instance.Advise(address, length, advice);
    }

    // The host's limit of locked memory is not this kernel's.
    private HypercallResult MapOrdinary(nint place, nuint length, int protection, int flags, out nint address)
    {
        var result = LinuxKernel.Instance.Map(place, length, protection, flags & ~Libc.MAP_LOCKED, null, 0, out address);
        if (result.IsSuccess && place != 0)
            _memory.Remove((nuint)place, length);
        return result;
    }

    private HypercallResult MapDevice(SimulatedFile file, nint place, in MapRequest request, out nint address)
    {
        address = -1;
        var result = file.Map(request, out var area);
        if (area is null)
        {
            // What was there is gone all the same.
            if (place != 0)
            {
                HostMemory.Unmap((void*)place, request.Length);
                _memory.Remove((nuint)place, request.Length);
            }

            return result;
        }

        byte* start;
        try
        {
            start = HostMemory.MapFresh((void*)place, request.Length, HostMemory.ProtectionNone);
            if (place != 0)
                _memory.Remove((nuint)place, request.Length);
            area.Place((nuint)start, request.Length);
        }
        catch (InvalidOperationException)
        {
            area.Vanish();
            throw;
        }

        _memory.Add(area);
        address = (nint)start;
        return default;
    }

    // The address space stays taken: whoever had the area may still unmap it, and must not meet another's memory.
    private void AbandonArea(VirtualArea area)
    {
        HostMemory.MapFresh((void*)area.Start, area.Length, HostMemory.ProtectionNone);
        _memory.Remove(area.Start, area.Length);
    }
}
