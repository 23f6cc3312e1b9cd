using System;

namespace Xen.Domain;

/// <summary>
/// The time since Xen started, by a counter of constant frequency that started at another moment: arm64's, of which Xen
/// says nothing to a domain.
/// </summary>
public struct CounterClock
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const int FractionBits = 32;

    // Nanoseconds per count, as a fraction of 2^32.
    private readonly ulong _scale;
    private ulong _offset;
    private bool _isSet;

    /// <summary>A clock that counts from the counter's start, until it is set.</summary>
    /// <param name="frequency">Counts per second; 0 for a counter that says nothing, whose clock stands.</param>
    public CounterClock(ulong frequency) =>
        _scale = frequency == 0 ? 0 : (NanosecondsPerSecond << FractionBits) / frequency;

    /// <summary>Sets the clock by a moment that has passed: how it was best known so far remains.</summary>
    /// <param name="counter">The counter, a little after that moment.</param>
    /// <param name="systemTime">What Xen's clock said at that moment, in nanoseconds.</param>
    /// <remarks>The shorter the way from one to the other, the later the clock: the latest one is the best.</remarks>
    public void Set(ulong counter, ulong systemTime)
    {
        var offset = systemTime - ToNanoseconds(counter);
        if (_isSet && (long)(offset - _offset) <= 0)
            return;

        _offset = offset;
        _isSet = true;
    }

    /// <summary>The time at a count.</summary>
    /// <param name="counter">The counter.</param>
    /// <returns>Nanoseconds since Xen started; behind Xen's clock by as much as the best setting took.</returns>
    public readonly ulong At(ulong counter) => ToNanoseconds(counter) + _offset;

    private readonly ulong ToNanoseconds(ulong counter)
    {
        var high = Math.BigMul(counter, _scale, out var low);
        return (high << FractionBits) | (low >> FractionBits);
    }
}
