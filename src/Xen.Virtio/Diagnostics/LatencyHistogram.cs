using System.Numerics;
using System.Threading;

namespace Xen.Virtio.Diagnostics;

/// <summary>
/// Counts durations in buckets that are 1/8 of a power of two wide: an eighth of error at most, whatever the scale.
/// </summary>
/// <remarks>One thread records, any may look; neither waits for the other. Nothing is allocated after the start.</remarks>
internal sealed class LatencyHistogram
{
    /// <summary>Buckets of every histogram; the last one is for 73 minutes and more.</summary>
    public const int Buckets = ((MaxExponent - SubBits + 1) << SubBits) + (1 << SubBits);

    private const int SubBits = 3;
    private const int MaxExponent = 41;

    private readonly long[] _counts = new long[Buckets];
    private long _total;

    /// <summary>Counts one duration.</summary>
    /// <param name="nanoseconds">0 or more.</param>
    public void Record(long nanoseconds)
    {
        ref var count = ref _counts[BucketOf(nanoseconds)];
        Volatile.Write(ref count, count + 1);
        Volatile.Write(ref _total, _total + nanoseconds);
    }

    /// <summary>Adds what has been counted so far.</summary>
    /// <param name="counts">One for each bucket.</param>
    /// <returns>The sum of all durations, in nanoseconds.</returns>
    public long AddTo(long[] counts)
    {
        for (var i = 0; i < Buckets; i++)
            counts[i] += Volatile.Read(ref _counts[i]);
        return Volatile.Read(ref _total);
    }

    /// <summary>The bucket that a duration is counted in.</summary>
    public static int BucketOf(long nanoseconds)
    {
        if (nanoseconds < 1 << SubBits)
            return (int)long.Max(nanoseconds, 0);
        var exponent = BitOperations.Log2((ulong)nanoseconds);
        if (exponent > MaxExponent)
            return Buckets - 1;
        var within = (int)(nanoseconds >> (exponent - SubBits)) & ((1 << SubBits) - 1);
        return ((exponent - SubBits + 1) << SubBits) + within;
    }

    /// <summary>The first duration that is beyond a bucket, in nanoseconds.</summary>
    public static long EndOf(int bucket)
    {
        if (bucket < 1 << SubBits)
            return bucket + 1;
        var shift = (bucket >> SubBits) - 1;
        return ((long)((bucket & ((1 << SubBits) - 1)) + (1 << SubBits)) + 1) << shift;
    }
}
