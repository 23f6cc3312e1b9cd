using System;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Conformance.Golden;

/// <summary>Address space of a <see cref="RawDevice"/>, or ordinary memory.</summary>
internal sealed partial class RawMapping(IKernel kernel, nint address, nuint length) : IDisposable
{
    private bool _disposed;

    internal nint Address => address;

    /// <summary>A page of memory that no driver has a hand in.</summary>
    internal static RawMapping OfOrdinaryMemory(IKernel kernel)
    {
        const int Protection = Libc.PROT_READ | Libc.PROT_WRITE;
        const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS;
        kernel.Map(0, XenPage.Size, Protection, Flags, null, 0, out var address).OrThrow("mmap");
        return new RawMapping(kernel, address, XenPage.Size);
    }

    internal nint Page(int number) => address + (number * XenPage.Size);

    internal HypercallResult UnmapPage(int number) => kernel.Unmap(Page(number), XenPage.Size);

    /// <summary>mprotect(2), of the process's own kernel: the simulated one has its mappings from there.</summary>
    internal HypercallResult MakeWritable() => mprotect(address, length, Libc.PROT_READ | Libc.PROT_WRITE) == 0
        ? default
        : HypercallResult.Failure(Marshal.GetLastPInvokeError());

    internal HypercallResult Advise(int advice) => kernel.Advise(address, XenPage.Size, advice);

    public void Dispose()
    {
        if (!_disposed)
            kernel.Unmap(address, length).OrThrow("munmap");
        _disposed = true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mprotect(nint address, nuint length, int protection);
}
