using System;

namespace Xen.Benchmarks.Store;

/// <summary>What one turn took.</summary>
/// <param name="Time">Of all repetitions.</param>
/// <param name="Allocated">Bytes, of all repetitions.</param>
internal readonly record struct Turn(TimeSpan Time, long Allocated = 0);
