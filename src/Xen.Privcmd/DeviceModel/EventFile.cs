using System;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>An eventfd: somebody signals it, and somebody else, maybe the kernel or another process, waits for that.</summary>
/// <remarks>Thread-safe. It does not block. Signals after disposal do nothing.</remarks>
public sealed unsafe class EventFile : IDisposable
{
    private readonly IKernel _kernel;

    private EventFile(IKernel kernel, SafeHandle file)
    {
        _kernel = kernel;
        Handle = file;
    }

    /// <summary>The open file. It can be read when there was a signal.</summary>
    public SafeHandle Handle { get; }

    /// <summary>Makes one, without a signal.</summary>
    /// <exception cref="HypercallException">EMFILE, ENFILE, ENOMEM: the kernel has none left.</exception>
    public static EventFile Create() => Create(LinuxKernel.Instance);

    internal static EventFile Create(IKernel kernel)
    {
        var result = kernel.CreateEvent(out var file);
        return result.IsSuccess ? new EventFile(kernel, file!) : throw new HypercallException("eventfd", result.Errno);
    }

    /// <summary>Signals it. Several signals that nobody has taken are one.</summary>
    public void Signal() => Signal(_kernel, Handle);

    /// <summary>Takes back the signals so far. Whoever does so looks afterwards at what they were about.</summary>
    /// <returns>False if there was none.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public bool TryTake() => Take(_kernel, Handle).Value > 0;

    /// <summary>Closes it here.</summary>
    public void Dispose() => Handle.Dispose();

    // Also for an eventfd of somebody else's.
    internal static void Signal(IKernel kernel, SafeHandle file)
    {
        try
        {
            ulong one = 1;

            // SAFETY: the kernel reads eight bytes. It refuses only what is signalled already.
            _ = kernel.Write(file, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    internal static HypercallResult Take(IKernel kernel, SafeHandle file)
    {
        ulong count;

        // SAFETY: the kernel writes eight bytes, or nothing if there was no signal.
        return kernel.Read(file, &count, sizeof(ulong));
    }
}
