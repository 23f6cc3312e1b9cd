using System;
using System.Threading;
using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>One privcmd mapping, unmapped exactly once and as a whole: the kernel refuses to split it.</summary>
internal sealed unsafe class PrivcmdMapping : IForeignMapping
{
    private nint _address;

    internal PrivcmdMapping(byte* address, int pageCount)
    {
        _address = (nint)address;
        PageCount = pageCount;
    }

    ~PrivcmdMapping() => Unmap();

    /// <inheritdoc/>
    public byte* Address
    {
        get
        {
            var address = Volatile.Read(ref _address);
            ObjectDisposedException.ThrowIf(address == 0, this);
            return (byte*)address;
        }
    }

    /// <inheritdoc/>
    public int PageCount { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unmap();
        GC.SuppressFinalize(this);
    }

    private void Unmap()
    {
        var address = Interlocked.Exchange(ref _address, 0);

        // SAFETY: the exchange gives the address to one caller only, and the mapping has this many pages; the owner
        // disposes of it after its last access.
        if (address != 0)
            _ = Libc.munmap(address, (nuint)PageCount * XenPage.Size);
    }
}
