using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Pages that a hypercall may point to, kept for the next call.</summary>
/// <remarks>
/// <c>/dev/xen/hypercall</c> gives memory that never faults while Xen looks at it. Kernels without it get locked
/// memory instead, which is not copied to a child process.
/// </remarks>
internal sealed unsafe class HypercallBufferCache : IDisposable
{
    private const string DevicePath = "/dev/xen/hypercall";
    private const int Slots = 4;

    private readonly nint[] _free = new nint[Slots];
    private readonly SafeFileHandle? _device = XenDevice.TryOpen(DevicePath);

    /// <summary>Takes a zeroed page.</summary>
    /// <returns>Null if more than a page was asked for, or there is no memory.</returns>
    internal void* Acquire(nuint size)
    {
        if (size > XenPage.Size)
            return null;

        foreach (ref var slot in _free.AsSpan())
        {
            var cached = Interlocked.Exchange(ref slot, 0);
            if (cached == 0)
                continue;
            NativeMemory.Clear((void*)cached, XenPage.Size);
            return (void*)cached;
        }

        return (void*)Allocate();
    }

    internal void Release(void* buffer)
    {
        if (buffer is null)
            return;

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

    private nint Allocate()
    {
        const int Access = Libc.PROT_READ | Libc.PROT_WRITE;
        nint page;
        if (_device is not null)
            return Syscall.Map(0, XenPage.Size, Access, Libc.MAP_SHARED, _device, out page).IsSuccess ? page : 0;

        const int Locked = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_LOCKED;
        if (!Syscall.Map(0, XenPage.Size, Access, Locked, null, out page).IsSuccess)
            return 0;
        _ = Libc.madvise(page, XenPage.Size, Libc.MADV_DONTFORK);
        return page;
    }
}
