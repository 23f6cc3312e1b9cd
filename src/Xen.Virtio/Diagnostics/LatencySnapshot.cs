using System;

namespace Xen.Virtio.Diagnostics;

/// <summary>How long things took, up to some moment or between two. Immutable.</summary>
/// <remarks>Durations are counted in buckets, so percentiles are up to an eighth too high; mean and count are exact.</remarks>
public sealed class LatencySnapshot
{
    private readonly long[] _counts;
    private readonly long _totalNanoseconds;

    internal LatencySnapshot(long[] counts, long totalNanoseconds)
    {
        _counts = counts;
        _totalNanoseconds = totalNanoseconds;
        foreach (var count in counts)
            Count += count;
    }

    /// <summary>How many were measured.</summary>
    public long Count { get; }

    /// <summary>All durations together.</summary>
    public TimeSpan Total => FromNanoseconds(_totalNanoseconds);

    /// <summary>The average duration; zero if there was none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : FromNanoseconds(_totalNanoseconds / Count);

    /// <summary>The longest duration; zero if there was none.</summary>
    public TimeSpan Max => Percentile(1);

    /// <summary>The duration that a part of them did not exceed.</summary>
    /// <param name="fraction">0 to 1; for the 99th percentile 0.99.</param>
    /// <returns>Zero if there was none.</returns>
    public TimeSpan Percentile(double fraction)
    {
        var rank = Math.Clamp((long)Math.Ceiling(fraction * Count), 1, long.Max(Count, 1));
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            rank -= _counts[bucket];
            if (rank <= 0)
                return FromNanoseconds(LatencyHistogram.EndOf(bucket));
        }

        return TimeSpan.Zero;
    }

    /// <summary>What was measured between an earlier moment and this one.</summary>
    /// <param name="earlier">A snapshot of the same histogram.</param>
    public LatencySnapshot Since(LatencySnapshot earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = _counts[i] - earlier._counts[i];
        return new LatencySnapshot(counts, _totalNanoseconds - earlier._totalNanoseconds);
    }

    private static TimeSpan FromNanoseconds(long nanoseconds) =>
        TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
