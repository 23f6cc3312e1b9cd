using System;

namespace Xen.Testing.Faults;

/// <summary>Which of the calls that are counted are struck: so many after so many.</summary>
internal struct FaultCount
{
    private int _before;
    private int _left;

    /// <exception cref="ArgumentOutOfRangeException">A negative number before, or no call that is struck.</exception>
    internal FaultCount(int after, int times)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        _before = after;
        _left = times;
    }

    /// <summary>It strikes no more.</summary>
    internal readonly bool IsUsedUp => _left == 0;

    /// <summary>Counts a call.</summary>
    /// <returns>True if it is struck.</returns>
    internal bool Strikes()
    {
        if (_left == 0)
            return false;
        if (_before != 0)
        {
            _before--;
            return false;
        }

        _left--;
        return true;
    }
}
