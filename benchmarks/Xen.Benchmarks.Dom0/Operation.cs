using System;

namespace Xen.Benchmarks.Dom0;

/// <summary>One operation, as C# and as the peer do it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Repetitions">How many times in a turn.</param>
/// <param name="Ours">Runs it this many times. How long it took, and what the measured part allocated.</param>
/// <param name="Theirs">Has the peer run it as often: nanoseconds.</param>
/// <param name="MayAllocate">An operation that makes objects by its nature: a mapping is one.</param>
internal sealed record Operation(
    string Name, int Repetitions, Func<int, Turn> Ours, Func<int, long> Theirs, bool MayAllocate = false);

/// <summary>What one turn took.</summary>
/// <param name="Time">Of all repetitions.</param>
/// <param name="Allocated">Bytes, of all repetitions.</param>
internal readonly record struct Turn(TimeSpan Time, long Allocated);
