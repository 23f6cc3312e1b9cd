using System;
using Xen.Virtio.Diagnostics;

namespace Xen.Virtio.Tests.Diagnostics;

public sealed class LogRateLimiterTests
{
    [Fact]
    public void Burst_passes_then_the_rest_is_counted_until_the_next_interval()
    {
        var clock = new ManualClock();
        var limiter = new LogRateLimiter(clock);
        for (var i = 0; i < LogRateLimiter.Burst; i++)
            Assert.True(limiter.TryEnter(out _));
        for (var i = 0; i < 7; i++)
            Assert.False(limiter.TryEnter(out _));

        clock.Now += LogRateLimiter.Interval.Ticks;
        Assert.True(limiter.TryEnter(out var suppressed));
        Assert.Equal(7, suppressed);
        Assert.True(limiter.TryEnter(out suppressed));
        Assert.Equal(0, suppressed);
    }

    private sealed class ManualClock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
