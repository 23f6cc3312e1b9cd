using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>The kernel of this host.</summary>
internal sealed class GpioKernel : IGpioKernel
{
    /// <inheritdoc/>
    public SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <inheritdoc/>
    public int Ioctl(SafeFileHandle file, uint request, nuint argument)
    {
        while (true)
        {
            // SAFETY: callers say what the address refers to, and that it is as large as the number of the request says.
            var result = Posix.Ioctl(file, request, argument);
            if (result >= 0)
                return result;
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Posix.EINTR)
                return -errno;
        }
    }
}
