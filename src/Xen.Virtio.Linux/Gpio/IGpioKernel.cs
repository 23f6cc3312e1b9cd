using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>What a chip asks of the kernel. Tests have a simulated one behind it, whose lines are pipes.</summary>
internal interface IGpioKernel
{
    /// <summary>Opens the file of a chip.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="System.IO.IOException">It is not there.</exception>
    /// <exception cref="System.UnauthorizedAccessException">This user may not.</exception>
    SafeFileHandle Open(string path);

    /// <summary>Makes an <c>ioctl</c>.</summary>
    /// <param name="file">A chip, or lines that were requested.</param>
    /// <param name="request">One of the numbers of <see cref="GpioAbi"/>.</param>
    /// <param name="argument">The address of the structure that the request takes.</param>
    /// <returns>What the kernel returned, 0 or more; an errno, negative, if it failed.</returns>
    int Ioctl(SafeFileHandle file, uint request, nuint argument);
}
