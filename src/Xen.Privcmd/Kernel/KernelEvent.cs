using System;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Privcmd.Kernel;

/// <summary>An eventfd that ends somebody's poll. Thread-safe; signals after disposal do nothing.</summary>
internal sealed unsafe class KernelEvent : IDisposable
{
    private readonly IKernel _kernel;

    /// <exception cref="HypercallException">The kernel has none left.</exception>
    internal KernelEvent(IKernel kernel)
    {
        _kernel = kernel;
        var result = kernel.CreateEvent(out var file);
        File = result.IsSuccess ? file! : throw new HypercallException("eventfd", result.Errno);
    }

    /// <summary>To be polled.</summary>
    internal SafeHandle File { get; }

    internal void Signal()
    {
        try
        {
            ulong one = 1;

            // SAFETY: the kernel reads eight bytes. It refuses only what is signalled already.
            _ = _kernel.Write(File, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <summary>Takes back the signals so far. Whoever does so looks afterwards at what they were about.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    internal void Clear()
    {
        ulong count;

        // SAFETY: the kernel writes eight bytes, or nothing if there was no signal.
        _ = _kernel.Read(File, &count, sizeof(ulong));
    }

    public void Dispose() => File.Dispose();
}
