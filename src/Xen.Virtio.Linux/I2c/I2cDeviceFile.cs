using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.I2c;

/// <summary>A file <c>/dev/i2c-N</c>.</summary>
internal sealed class I2cDeviceFile : II2cDevice
{
    private readonly SafeFileHandle _file;

    /// <summary>Opens it.</summary>
    /// <param name="path">Its path.</param>
    public I2cDeviceFile(string path) =>
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <inheritdoc/>
    public int Ioctl(uint request, nuint argument)
    {
        // SAFETY: callers say what the address refers to, and that it is as large as the kernel is told.
        var result = Posix.Ioctl(_file, request, argument);
        return result >= 0 ? result : -Marshal.GetLastPInvokeError();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
