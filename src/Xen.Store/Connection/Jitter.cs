using System;

namespace Xen.Store.Connection;

/// <summary>Makes those who wait for the same thing not wait for the same time.</summary>
internal static class Jitter
{
    /// <summary>A time between half of another and all of it.</summary>
    /// <param name="time">The other.</param>
    internal static TimeSpan Of(TimeSpan time) => time * ((1 + Fraction()) / 2);

    /// <summary>A time between none and another.</summary>
    /// <param name="time">The other.</param>
    internal static TimeSpan UpTo(TimeSpan time) => time * Fraction();

#pragma warning disable CA5394 // it spreads load, and guards nothing
    private static double Fraction() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
