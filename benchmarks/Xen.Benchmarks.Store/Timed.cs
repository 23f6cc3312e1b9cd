using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Xen.Benchmarks.Store;

/// <summary>Times loops.</summary>
internal static class Timed
{
    /// <summary>A loop on one thread; what other threads allocate does not count.</summary>
    internal static Turn Run(int repetitions, Action action)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repetitions; i++)
            action();
        return new Turn(Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    /// <summary>A loop that awaits; what the whole process allocates counts.</summary>
    internal static Turn Run(int repetitions, Func<ValueTask> action) => RunAtOnce(1, repetitions, action);

    /// <summary>Several such loops at once, which share the repetitions.</summary>
    internal static Turn RunAtOnce(int callers, int repetitions, Func<ValueTask> action)
    {
        var tasks = new Task[callers];
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        for (var caller = 0; caller < callers; caller++)
            tasks[caller] = Task.Run(() => LoopAsync(Math.Max(1, repetitions / callers), action));
        Task.WaitAll(tasks);
        return new Turn(Stopwatch.GetElapsedTime(start), GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    private static async Task LoopAsync(int repetitions, Func<ValueTask> action)
    {
        for (var i = 0; i < repetitions; i++)
            await action().ConfigureAwait(false);
    }
}
