using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Memory that a hypercall may point to: pages are kept for the next call, more than a page is not.</summary>
/// <remarks>
/// <c>/dev/xen/hypercall</c> gives memory that never faults while Xen looks at it. Kernels without it get locked
/// memory instead, which is not copied to a child process. A buffer of more than a page starts behind its own length, and
/// so never at the start of a page: that tells the two kinds apart.
/// </remarks>
// SAFETY: what is unmapped here was mapped by Allocate with the same length, and was taken out of its slot by exchange or
// given back by its only user, so nobody else has it. The length of a large buffer stands before what its user was given.
internal sealed unsafe class HypercallBufferCache : IDisposable
{
    private const string DevicePath = "/dev/xen/hypercall";
    private const int Slots = 4;

    // Keeps the alignment that IHypercallTransport promises.
    private const int LengthPrefix = 16;

    private readonly nint[] _free = new nint[Slots];
    private readonly SafeFileHandle? _device = XenDevice.TryOpen(DevicePath);

    /// <summary>Takes zeroed memory.</summary>
    /// <returns>Null if more than <see cref="IHypercallTransport.MaximumBufferSize"/> was asked for, or there is none.</returns>
    internal void* Acquire(nuint size)
    {
        if (size > XenPage.Size)
            return AcquireLarge(size);

        foreach (ref var slot in _free.AsSpan())
        {
            var cached = Interlocked.Exchange(ref slot, 0);
            if (cached == 0)
                continue;

            // SAFETY: the exchange made this page ours alone, and every cached buffer is a whole page.
            NativeMemory.Clear((void*)cached, XenPage.Size);
            return (void*)cached;
        }

        return (void*)Allocate(XenPage.Size);
    }

    internal void Release(void* buffer)
    {
        if (buffer is null)
            return;

        if ((nuint)buffer % XenPage.Size != 0)
        {
            var mapping = (nuint*)((byte*)buffer - LengthPrefix);
            _ = Libc.munmap((nint)mapping, *mapping);
            return;
        }

        foreach (ref var slot in _free.AsSpan())
        {
            if (Interlocked.CompareExchange(ref slot, (nint)buffer, 0) == 0)
                return;
        }

        _ = Libc.munmap((nint)buffer, XenPage.Size);
    }

    public void Dispose()
    {
        foreach (ref var slot in _free.AsSpan())
        {
            var cached = Interlocked.Exchange(ref slot, 0);
            if (cached != 0)
                _ = Libc.munmap(cached, XenPage.Size);
        }

        _device?.Dispose();
    }

    private void* AcquireLarge(nuint size)
    {
        if (size > IHypercallTransport.MaximumBufferSize)
            return null;

        var length = (size + LengthPrefix + XenPage.Size - 1) & ~(nuint)(XenPage.Size - 1);
        var mapping = (nuint*)Allocate(length);
        if (mapping is null)
            return null;
        *mapping = length;
        return (byte*)mapping + LengthPrefix;
    }

    private nint Allocate(nuint length)
    {
        const int Access = Libc.PROT_READ | Libc.PROT_WRITE;
        nint memory;
        if (_device is not null)
            return Syscall.Map(0, length, Access, Libc.MAP_SHARED, _device, out memory).IsSuccess ? memory : 0;

        const int Locked = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_LOCKED;
        if (!Syscall.Map(0, length, Access, Locked, null, out memory).IsSuccess)
            return 0;
        _ = Libc.madvise(memory, length, Libc.MADV_DONTFORK);
        return memory;
    }
}
