using System;
using System.Linq;
using Xen.Virtio.Diagnostics;

namespace Xen.Virtio.Tests.Diagnostics;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Buckets_follow_each_other_without_a_gap_and_are_an_eighth_wide()
    {
        long start = 0;
        for (var bucket = 0; bucket < LatencyHistogram.Buckets - 1; bucket++)
        {
            var end = LatencyHistogram.EndOf(bucket);
            Assert.Equal(bucket, LatencyHistogram.BucketOf(start));
            Assert.Equal(bucket, LatencyHistogram.BucketOf(end - 1));
            Assert.Equal(bucket + 1, LatencyHistogram.BucketOf(end));
            Assert.InRange(end - start, 1, Math.Max(1, start / 8));
            start = end;
        }

        Assert.Equal(LatencyHistogram.Buckets - 1, LatencyHistogram.BucketOf(long.MaxValue));
        Assert.Equal(0, LatencyHistogram.BucketOf(-5));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    [InlineData(1)]
    public void Percentile_is_that_of_the_values_up_to_an_eighth(double fraction)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 5000).Select(_ => (long)Math.Exp(random.NextDouble() * 18) + 800).ToArray();
        var snapshot = Record(values);
        Array.Sort(values);
        var exact = values[Math.Max((int)Math.Ceiling(fraction * values.Length) - 1, 0)];
        Assert.InRange(snapshot.Percentile(fraction).TotalNanoseconds, exact - 100, exact * 1.125 + 1);
        Assert.Equal(5000, snapshot.Count);
        Assert.InRange(snapshot.Mean.TotalNanoseconds, values.Average() - 100, values.Average());
    }

    [Fact]
    public void Nothing_measured_is_zero()
    {
        var snapshot = Record();
        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero),
            (snapshot.Count, snapshot.Mean, snapshot.Max, snapshot.Percentile(0.5)));
    }

    [Fact]
    public void Difference_is_what_came_between()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1_000_000);
        var earlier = Snapshot(histogram);
        histogram.Record(2_000);
        histogram.Record(4_000);
        var between = Snapshot(histogram).Since(earlier);
        Assert.Equal((2, TimeSpan.FromMicroseconds(3)), (between.Count, between.Mean));
        Assert.InRange(between.Max, TimeSpan.FromMicroseconds(4), TimeSpan.FromMicroseconds(4.6));
    }

    private static LatencySnapshot Record(params long[] values)
    {
        var histogram = new LatencyHistogram();
        foreach (var value in values)
            histogram.Record(value);
        return Snapshot(histogram);
    }

    private static LatencySnapshot Snapshot(LatencyHistogram histogram)
    {
        var counts = new long[LatencyHistogram.Buckets];
        var total = histogram.AddTo(counts);
        return new LatencySnapshot(counts, total);
    }
}
