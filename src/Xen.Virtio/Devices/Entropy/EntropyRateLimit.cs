using System;

namespace Xen.Virtio.Devices.Entropy;

/// <summary>How fast a guest may take random bytes.</summary>
/// <param name="BytesPerSecond">In the long run; 1 or more.</param>
/// <param name="Burst">Most bytes at once, after a pause; 1 or more.</param>
public sealed record EntropyRateLimit(int BytesPerSecond, int Burst)
{
    /// <summary>Where the time comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
