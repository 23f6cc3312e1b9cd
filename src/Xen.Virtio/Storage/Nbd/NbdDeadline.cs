using System;
using System.Diagnostics;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>A moment until which something may take.</summary>
internal readonly struct NbdDeadline
{
    // So that it can be waited for: Monitor takes some 24 days.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly long _start;
    private readonly TimeSpan _limit;

    private NbdDeadline(TimeSpan limit)
    {
        _start = Stopwatch.GetTimestamp();
        _limit = limit < s_longest ? limit : s_longest;
    }

    /// <summary>The time that is left; zero if it is over. Less each time that it is asked for.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = _limit - Stopwatch.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A moment from now.</summary>
    public static NbdDeadline After(TimeSpan limit) => new(limit);
}
