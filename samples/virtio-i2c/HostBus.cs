using System;
using Xen.Virtio.Devices.I2c;

namespace VirtioI2c;

/// <summary>An adapter of the host that is open.</summary>
/// <param name="Path">What is the same for two names of the same adapter: <c>/dev/i2c-1</c>.</param>
/// <param name="Bus">The adapter: thread-safe, since devices of several guests share it. Disposed if it can be.</param>
internal sealed record HostBus(string Path, II2cBus Bus) : IDisposable
{
    /// <summary>Closes the adapter.</summary>
    public void Dispose() => (Bus as IDisposable)?.Dispose();
}
