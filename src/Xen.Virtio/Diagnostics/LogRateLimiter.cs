using System;
using System.Threading;

namespace Xen.Virtio.Diagnostics;

/// <summary>
/// Keeps a guest from filling the host's log: a few lines per interval, then a count of what was left out.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class LogRateLimiter
{
    /// <summary>Lines per interval.</summary>
    public const int Burst = 10;

    /// <summary>Length of an interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _intervalStart;
    private int _inInterval;
    private long _suppressed;

    /// <summary>Makes a limiter.</summary>
    /// <param name="time">Where the time comes from; the system's clock if null.</param>
    public LogRateLimiter(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _intervalStart = _time.GetTimestamp();
    }

    /// <summary>Asks for one line.</summary>
    /// <param name="suppressed">Lines refused since the last one that was let through.</param>
    /// <returns>True if the line may be written.</returns>
    public bool TryEnter(out long suppressed)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_intervalStart, now) >= Interval)
            {
                _intervalStart = now;
                _inInterval = 0;
            }

            if (_inInterval == Burst)
            {
                _suppressed++;
                suppressed = 0;
                return false;
            }

            _inInterval++;
            suppressed = _suppressed;
            _suppressed = 0;
            return true;
        }
    }
}
