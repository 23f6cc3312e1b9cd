using System;
using System.Diagnostics;
using System.Threading;

namespace Xen.Store.Cli.Watching;

/// <summary>A point in time, or none.</summary>
internal readonly struct Deadline
{
    private readonly TimeSpan _time;
    private readonly long _start;

    private Deadline(TimeSpan time) => (_time, _start) = (time, Stopwatch.GetTimestamp());

    /// <summary>The time that is left, not negative.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_time == Timeout.InfiniteTimeSpan)
                return _time;
            var left = _time - Stopwatch.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The point in time after some time from now.</summary>
    /// <param name="time">The time; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    public static Deadline After(TimeSpan time) => new(time);
}
