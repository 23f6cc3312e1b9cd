using System.Threading;
using Xen.Sys;

namespace Xen.Domain;

/// <summary>
/// The time since Xen started, from what Xen keeps for each vCPU. C origin: <c>struct vcpu_time_info</c>, public/xen.h.
/// </summary>
public static unsafe class VcpuClock
{
    private const int FractionBits = 32;

    /// <summary>Reads the clock.</summary>
    /// <param name="info">Of the vCPU that asks. Xen may write to it at any time.</param>
    /// <param name="counter">The vCPU's counter.</param>
    /// <returns>Nanoseconds since Xen started.</returns>
    // SAFETY: the caller vouches for the structure. The version is odd while Xen writes, and another one when it has; each
    // read is made, and in this order.
    public static ulong Read<TCounter>(vcpu_time_info* info, ref TCounter counter)
        where TCounter : ITimestampCounter, allows ref struct
    {
        while (true)
        {
            var version = Volatile.Read(ref info->version);
            var then = Volatile.Read(ref info->tsc_timestamp);
            var time = Volatile.Read(ref info->system_time);
            var multiplier = Volatile.Read(ref info->tsc_to_system_mul);
            var shift = Volatile.Read(ref info->tsc_shift);
            var now = counter.Read();
            if ((version & 1) == 0 && Volatile.Read(ref info->version) == version)
                return time + (now > then ? ToNanoseconds(now - then, multiplier, shift) : 0);
        }
    }

    /// <summary>Counts as nanoseconds.</summary>
    /// <param name="ticks">Counts, as many as fit 64 bits after the shift.</param>
    /// <param name="multiplier">A fraction of 2^32: <c>tsc_to_system_mul</c>.</param>
    /// <param name="shift">To the left before the multiplication, or, negative, to the right: <c>tsc_shift</c>.</param>
    public static ulong ToNanoseconds(ulong ticks, uint multiplier, sbyte shift)
    {
        ticks = shift < 0 ? ticks >> -shift : ticks << shift;

        // 96 bits of product, of which the upper 64 are wanted: in two halves, neither of which overflows.
        var high = (ticks >> FractionBits) * multiplier;
        var low = ((ticks & uint.MaxValue) * multiplier) >> FractionBits;
        return high + low;
    }
}
