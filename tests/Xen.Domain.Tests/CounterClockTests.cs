using System;
using System.Numerics;

namespace Xen.Domain.Tests;

/// <summary>A clock by a counter of constant frequency keeps Xen's time.</summary>
public sealed class CounterClockTests
{
    [Theory]
    [InlineData(62_500_000)]
    [InlineData(19_200_000)]
    [InlineData(24_000_000)]
    [InlineData(1_000_000_000)]
    public void Time_passes_as_the_counter_counts(ulong frequency)
    {
        // The scale is a fraction of 2^32: in a century, it is wrong by less than a second for each GHz.
        var random = new Random(20_261_132);
        for (var i = 0; i < 100_000; i++)
        {
            var counter = (ulong)random.NextInt64(100L * 366 * 86_400 * (long)frequency) >> random.Next(60);
            var start = (ulong)random.NextInt64(1L << 60);
            var clock = new CounterClock(frequency);
            clock.Set(0, start);
            var exact = start + (ulong)((BigInteger)counter * 1_000_000_000 / frequency);
            Assert.InRange(clock.At(counter), exact - (counter >> 32) - 1, exact);
        }
    }

    [Fact]
    public void Latest_of_several_settings_counts()
    {
        var clock = new CounterClock(1_000_000_000);
        clock.Set(1000, 5000);
        Assert.Equal(6000UL, clock.At(2000));
        clock.Set(3000, 6900);
        Assert.Equal(6000UL, clock.At(2000));
        clock.Set(4000, 8010);
        Assert.Equal(6010UL, clock.At(2000));
    }

    [Fact]
    public void Clock_may_be_behind_the_counter()
    {
        var clock = new CounterClock(1_000_000_000);
        clock.Set(9000, 1000);
        Assert.Equal(2000UL, clock.At(10_000));
    }

    // Xen counts in whole kHz, so that its clock is ahead; it sleeps by that.
    [Theory]
    [InlineData(62_500_999)]
    [InlineData(1_000_999)]
    public void Sleep_by_a_clock_that_is_ahead_is_over_when_it_ends_if_the_clock_is_set_then(ulong frequency)
    {
        const ulong Interval = 1_000_000_000;
        var clock = new CounterClock(frequency);
        clock.Set(0, 0);
        ulong next = 0;
        for (var i = 0; i < 10_000; i++)
        {
            next += Interval;
            var xenKilohertz = frequency / 1000;
            var counter = (ulong)((UInt128)next * xenKilohertz / 1_000_000) + 1;
            Assert.True(clock.At(counter) < next);
            clock.Set(counter, (ulong)((UInt128)counter * 1_000_000 / xenKilohertz));
            Assert.True(clock.At(counter) >= next);
        }
    }

    [Fact]
    public void Counter_without_a_frequency_makes_a_clock_that_stands()
    {
        var clock = new CounterClock(0);
        clock.Set(7, 42);
        Assert.Equal(42UL, clock.At(ulong.MaxValue));
    }
}
