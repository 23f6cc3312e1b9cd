using System;

namespace VirtioI2c.Simulation;

/// <summary>A time that stands, so that a simulation shows the same each time.</summary>
/// <param name="now">The time.</param>
internal sealed class StillTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
