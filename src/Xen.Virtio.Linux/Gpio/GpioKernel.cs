using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>The kernel of this host.</summary>
internal sealed partial class GpioKernel : IGpioKernel
{
    private const int Interrupted = 4;

    /// <inheritdoc/>
    public SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <inheritdoc/>
    public int Ioctl(SafeFileHandle file, uint request, nuint argument)
    {
        while (true)
        {
            // SAFETY: callers say what the address refers to, and that it is as large as the number of the request says.
            var result = IoctlAddress(file, request, argument);
            if (result >= 0)
                return result;
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Interrupted)
                return -errno;
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoctlAddress(SafeFileHandle file, nuint request, nuint argument);
}
