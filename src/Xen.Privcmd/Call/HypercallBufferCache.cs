using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
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
    private const int Slots = 4;

    // Keeps the alignment that IHypercallTransport promises.
    private const int LengthPrefix = 16;

    private readonly nint[] _free = new nint[Slots];
    private readonly IKernel _kernel;
    private readonly ILogger _logger;
    private readonly SafeHandle? _device;
    private volatile bool _disposed;

    internal HypercallBufferCache(IKernel kernel, ILogger logger)
    {
        _kernel = kernel;
        _logger = logger;
        _device = XenDevice.TryOpen(kernel, XenDevice.Hypercall);
        if (_device is null)
            logger.LockedBuffers(XenDevice.Hypercall);
    }

    ~HypercallBufferCache() => Drain();

    /// <summary>Takes zeroed memory.</summary>
    /// <returns>
    /// Null if more than <see cref="IHypercallTransport.MaximumBufferSize"/> was asked for, if there is none, or after
    /// disposal.
    /// </returns>
    internal void* Acquire(nuint size)
    {
        if (_disposed)
            return null;
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

    /// <summary>Takes memory back, also after disposal.</summary>
    internal void Release(void* buffer)
    {
        if (buffer is null)
            return;

        if ((nuint)buffer % XenPage.Size != 0)
        {
            var mapping = (nuint*)((byte*)buffer - LengthPrefix);
            Free((nint)mapping, *mapping);
            return;
        }

        if (!Keep((nint)buffer))
            Free((nint)buffer, XenPage.Size);

        // Disposal may have looked at the slot just before the page came to it.
        if (_disposed)
            Drain();
    }

    /// <summary>Gives the pages back that nobody has now; the others go when they come back.</summary>
    public void Dispose()
    {
        _disposed = true;
        Drain();
        _device?.Dispose();
        GC.SuppressFinalize(this);
    }

    private bool Keep(nint page)
    {
        foreach (ref var slot in _free.AsSpan())
        {
            if (Interlocked.CompareExchange(ref slot, page, 0) == 0)
                return true;
        }

        return false;
    }

    private void Drain()
    {
        foreach (ref var slot in _free.AsSpan())
        {
            var cached = Interlocked.Exchange(ref slot, 0);
            if (cached != 0)
                Free(cached, XenPage.Size);
        }
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
            return MapDevice(_device, length, Access, out memory) ? memory : 0;

        const int Locked = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_LOCKED;
        if (!_kernel.Map(0, length, Access, Locked, null, 0, out memory).IsSuccess)
            return 0;
        if (_kernel.Advise(memory, length, Libc.MADV_DONTFORK).IsSuccess)
            return memory;

        // A child process would make the kernel move this one's page on the next write, maybe under a hypercall.
        Free(memory, length);
        return 0;
    }

    private bool MapDevice(SafeHandle device, nuint length, int access, out nint memory)
    {
        try
        {
            return _kernel.Map(0, length, access, Libc.MAP_SHARED, device, 0, out memory).IsSuccess;
        }
        catch (ObjectDisposedException)
        {
            memory = 0;
            return false;
        }
    }

    private void Free(nint memory, nuint length) => _ = _kernel.TryUnmap(_logger, memory, length);
}
