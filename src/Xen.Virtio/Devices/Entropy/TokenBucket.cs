using System;
using System.Threading;

namespace Xen.Virtio.Devices.Entropy;

/// <summary>A bucket that fills at a rate, up to a limit. Of one thread.</summary>
/// <remarks>It is full at the beginning, and not filled by a reset of the device: else a guest could reset it for
/// more.</remarks>
internal sealed class TokenBucket
{
    // Those who wait are woken this often, not for each byte.
    private const int WakesPerSecond = 10;

    private readonly EntropyRateLimit _limit;
    private readonly double _worthWaking;
    private double _tokens;
    private long _filled;

    public TokenBucket(EntropyRateLimit limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit.BytesPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit.Burst, 1);
        _limit = limit;
        _worthWaking = Math.Clamp((double)limit.BytesPerSecond / WakesPerSecond, 1, limit.Burst);
        _tokens = limit.Burst;
        _filled = limit.Time.GetTimestamp();
    }

    /// <summary>Takes up to a number of tokens.</summary>
    /// <returns>How many; at least one if <see cref="Wait"/> has come to its end.</returns>
    public uint Take(uint wanted)
    {
        Fill();
        var taken = (uint)Math.Min(wanted, _tokens);
        _tokens -= taken;
        return taken;
    }

    /// <summary>Waits until there is a token, or the queue is to stop.</summary>
    public void Wait(CancellationToken stopping)
    {
        Fill();
        if (_tokens >= 1)
            return;

        using var signal = new ManualResetEventSlim();
        while (_tokens < _worthWaking && !stopping.IsCancellationRequested)
        {
            signal.Reset();
            var missing = TimeSpan.FromSeconds((_worthWaking - _tokens) / _limit.BytesPerSecond) + TimeSpan.FromTicks(1);
            using (_limit.Time.CreateTimer(
                static state => ((ManualResetEventSlim)state!).Set(), signal, missing, Timeout.InfiniteTimeSpan))
                WaitHandles.Wait(signal, stopping);
            Fill();
        }
    }

    private void Fill()
    {
        var now = _limit.Time.GetTimestamp();
        var passed = _limit.Time.GetElapsedTime(_filled, now).TotalSeconds;
        _filled = now;
        _tokens = Math.Min(_tokens + (passed * _limit.BytesPerSecond), _limit.Burst);
    }
}
