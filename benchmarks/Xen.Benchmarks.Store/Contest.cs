using System.Collections.Generic;

namespace Xen.Benchmarks.Store;

/// <summary>An operation, as this library and others do it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Ours">How this library does it.</param>
/// <param name="Rivals">How others do it.</param>
/// <param name="MayAllocate">Whether this library may allocate.</param>
internal sealed record Contest(string Name, Contestant Ours, IReadOnlyList<Rival> Rivals, bool MayAllocate = true);

/// <summary>Another one that does the same.</summary>
/// <param name="Contestant">It.</param>
/// <param name="Target">How many times as fast this library is to be; null if nothing is promised.</param>
internal sealed record Rival(Contestant Contestant, double? Target = null);
