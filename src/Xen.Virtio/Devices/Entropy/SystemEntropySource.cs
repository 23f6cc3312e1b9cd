using System;
using System.Security.Cryptography;

namespace Xen.Virtio.Devices.Entropy;

/// <summary>The random number generator of the operating system.</summary>
public sealed class SystemEntropySource : IEntropySource
{
    /// <summary>The one there is.</summary>
    public static SystemEntropySource Instance { get; } = new();

    private SystemEntropySource()
    {
    }

    /// <inheritdoc/>
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
