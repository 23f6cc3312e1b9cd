using System;

namespace Xen.Benchmarks.Store;

/// <summary>Who does an operation: this library, or a peer.</summary>
/// <param name="name">Its name.</param>
/// <param name="run">Does the operation this many times.</param>
internal sealed class Contestant(string name, Func<int, Turn> run)
{
    private const int FewRepetitions = 50;
    private static readonly TimeSpan LengthOfTurn = TimeSpan.FromMilliseconds(300);

    private int _repetitions = FewRepetitions;

    /// <summary>Its name.</summary>
    internal string Name => name;

    /// <summary>Has its code compiled, and finds out how many repetitions make a turn.</summary>
    internal void WarmUp()
    {
        var time = run(_repetitions).Time;
        _repetitions = (int)Math.Max(1, _repetitions * (LengthOfTurn / time));
    }

    /// <summary>One turn.</summary>
    internal Sample Take()
    {
        var turn = run(_repetitions);
        return new Sample(turn.Time.TotalMicroseconds / _repetitions, (double)turn.Allocated / _repetitions);
    }
}

/// <summary>What a turn says about one operation.</summary>
/// <param name="Microseconds">Its time.</param>
/// <param name="Allocated">Bytes.</param>
internal readonly record struct Sample(double Microseconds, double Allocated);
