using System;
using System.Collections.Concurrent;

namespace EndToEnd;

/// <summary>
/// A run of a script that holds the cases of several tests, since a boot of Xen takes longer than what is looked at: whichever
/// of them comes first makes it, the others read what it printed.
/// </summary>
internal static class SharedRun
{
    private static readonly ConcurrentDictionary<string, Lazy<Script>> s_runs = new();

    /// <summary>The run of a name. If it could not be made, each of its tests fails with the reason.</summary>
    /// <param name="name">What the tests have in common.</param>
    /// <param name="make">Makes the run.</param>
    internal static Script Of(string name, Func<Script> make) => s_runs.GetOrAdd(name, _ => new Lazy<Script>(make)).Value;
}
