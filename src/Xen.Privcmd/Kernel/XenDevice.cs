using System.Runtime.InteropServices;

namespace Xen.Privcmd.Kernel;

/// <summary>The device files of Linux's Xen drivers, and what to do when one cannot be opened.</summary>
internal static class XenDevice
{
    internal const string Privcmd = "/dev/xen/privcmd";
    internal const string Hypercall = "/dev/xen/hypercall";
    internal const string EventChannel = "/dev/xen/evtchn";
    internal const string GrantDevice = "/dev/xen/gntdev";
    internal const string GrantAllocator = "/dev/xen/gntalloc";

    /// <summary>Opens a device file for reading and writing; the descriptor is not inherited.</summary>
    /// <exception cref="XenUnavailableException">It cannot be opened.</exception>
    internal static SafeHandle Open(IKernel kernel, string path, string module, int extraFlags = 0)
    {
        var result = kernel.Open(path, Libc.O_RDWR | extraFlags, out var file);
        return result.IsSuccess ? file! : throw new XenUnavailableException(path, module, result.Errno);
    }

    /// <summary>Opens a device file that may be missing.</summary>
    /// <returns>Null if it cannot be opened.</returns>
    internal static SafeHandle? TryOpen(IKernel kernel, string path) =>
        kernel.Open(path, Libc.O_RDWR, out var file).IsSuccess ? file : null;
}
