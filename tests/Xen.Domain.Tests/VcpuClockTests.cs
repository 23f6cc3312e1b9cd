using System;
using System.Numerics;
using Xen.Sys;

namespace Xen.Domain.Tests;

/// <summary>The clock is what Xen's formula says, also while Xen writes.</summary>
// SAFETY: the structure is on the stack of the test, which outlives the call.
public sealed unsafe class VcpuClockTests
{
    [Fact]
    public void Ticks_are_scaled_without_losing_a_bit()
    {
        var random = new Random(20_261_129);
        for (var i = 0; i < 200_000; i++)
        {
            var ticks = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            var multiplier = (uint)random.NextInt64(0, 1L << 32);
            var shift = (sbyte)random.Next(-31, Math.Min(31, BitOperations.LeadingZeroCount(ticks)) + 1);
            var shifted = shift < 0 ? (BigInteger)ticks >> -shift : (BigInteger)ticks << shift;
            Assert.Equal((shifted * multiplier) >> 32, VcpuClock.ToNanoseconds(ticks, multiplier, shift));
        }

        Assert.Equal(
            (BigInteger)ulong.MaxValue * uint.MaxValue >> 32, VcpuClock.ToNanoseconds(ulong.MaxValue, uint.MaxValue, 0));
    }

    [Fact]
    public void What_Xen_changes_while_it_is_read_is_read_again()
    {
        // Nanoseconds are counts: before 1000 counts it is 5000, and from the change on 1 000 000 less.
        var info = new vcpu_time_info
        {
            version = 2, tsc_timestamp = 1000, system_time = 5000, tsc_to_system_mul = 1u << 31, tsc_shift = 1,
        };
        var counter = new ChangingCounter(&info, 3);
        Assert.Equal(4_000_500UL, VcpuClock.Read(&info, ref counter));
        Assert.Equal(0, counter.Changes);
    }

    [Fact]
    public void Counter_behind_the_time_stamp_is_the_time_of_the_stamp()
    {
        var info = new vcpu_time_info { tsc_timestamp = 1 << 20, system_time = 77, tsc_to_system_mul = uint.MaxValue };
        var counter = new ChangingCounter(&info, 0);
        Assert.Equal(77UL, VcpuClock.Read(&info, ref counter));
    }

    // Each read finds that Xen has begun to write, or has written, meanwhile.
    private struct ChangingCounter(vcpu_time_info* info, int changes) : ITimestampCounter
    {
        internal int Changes = changes;

        public ulong Read()
        {
            if (Changes == 0)
                return 1500;
            Changes--;
            info->version++;
            info->system_time = 4_000_000;
            if (Changes == 0 && info->version % 2 != 0)
                info->version++;
            return 1400;
        }
    }
}
