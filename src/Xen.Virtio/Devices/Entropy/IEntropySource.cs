using System;

namespace Xen.Virtio.Devices.Entropy;

/// <summary>Where the random bytes come from.</summary>
public interface IEntropySource
{
    /// <summary>Fills memory with random bytes. Never waits, never throws; called from the worker of the queue.</summary>
    /// <param name="destination">Guest memory: write it, do not read it back.</param>
    void Fill(Span<byte> destination);
}
