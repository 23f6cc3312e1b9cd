using Microsoft.Win32.SafeHandles;

namespace Xen.Privcmd.Native;

/// <summary>Opens the device files of Linux's Xen drivers, and says what to do when that fails.</summary>
internal static class XenDevice
{
    /// <summary>Opens a device file for reading and writing; the descriptor is not inherited.</summary>
    /// <exception cref="XenUnavailableException">It cannot be opened.</exception>
    internal static SafeFileHandle Open(string path, string module, int extraFlags = 0)
    {
        var fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC | extraFlags);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new XenUnavailableException(path, module, Syscall.LastError().Errno);
    }

    /// <summary>Opens a device file that may be missing.</summary>
    /// <returns>Null if it cannot be opened.</returns>
    internal static SafeFileHandle? TryOpen(string path)
    {
        var fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
    }
}
