using System;

namespace Xen.Virtio.Linux.Tests;

/// <summary>What code allocates on the thread that runs it.</summary>
internal static class Allocation
{
    private const int Rounds = 5;

    /// <summary>
    /// The least of some rounds, in bytes: a garbage collection for another test counts what this thread had left of its
    /// share of the heap, and a method that is compiled anew allocates once.
    /// </summary>
    internal static long LeastOf(Action round)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
