using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Xen.Store.Tests.Support;

/// <summary>Waits for what must happen, and fails rather than waiting for ever. It is no measure of speed.</summary>
internal static class Patience
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal static async Task Soon(
        this Task task, Func<string>? state = null, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw Hang(what, state);
        }
    }

    internal static async Task<T> Soon<T>(
        this Task<T> task, Func<string>? state = null, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await ((Task)task).Soon(state, what);
        return await task;
    }

    internal static Task Soon(this ValueTask task, [CallerArgumentExpression(nameof(task))] string what = "") =>
        task.AsTask().Soon(null, what);

    internal static Task<T> Soon<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string what = "") =>
        task.AsTask().Soon(null, what);

    /// <summary>Does something that blocks on a thread of its own.</summary>
    internal static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Does something that blocks on a thread of its own.</summary>
    internal static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Asks until the answer is yes. For what gives no other sign.</summary>
    internal static async Task Until(
        Func<bool> isSo, Func<string>? state = null, [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        var start = Environment.TickCount64;
        while (!isSo())
        {
            if (Environment.TickCount64 - start > Limit.TotalMilliseconds)
                throw Hang(what, state);
            await Task.Delay(1);
        }
    }

    private static TimeoutException Hang(string what, Func<string>? state) =>
        new($"after {Limit.TotalSeconds} s still waiting for: {what}\n{state?.Invoke()}");
}
