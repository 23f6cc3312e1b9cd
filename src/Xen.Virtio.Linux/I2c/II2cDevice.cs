using System;

namespace Xen.Virtio.Linux.I2c;

/// <summary>An open file of i2c-dev: the one call it needs. Tests have a simulated kernel behind it.</summary>
internal interface II2cDevice : IDisposable
{
    /// <summary>Makes an <c>ioctl</c>, once: one that a signal cut short may have written to a chip already.</summary>
    /// <param name="request">One of the numbers of <see cref="I2cAbi"/>.</param>
    /// <param name="argument">A number, or the address of what the request takes.</param>
    /// <returns>What the kernel returned, 0 or more; an errno, negative, if it failed.</returns>
    int Ioctl(uint request, nuint argument);
}
