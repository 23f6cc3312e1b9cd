using System;

namespace Xen.Privcmd.Tests.Support;

/// <summary>What an action allocates by itself: it does so each time, unlike the runtime that warms up beside it.</summary>
internal static class Allocation
{
    internal static long Least(Action action)
    {
        const int Times = 6;
        var least = long.MaxValue;
        for (var time = 0; time < Times; time++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
