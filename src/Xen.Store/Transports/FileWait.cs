using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Sys;

namespace Xen.Store;

/// <summary>Waits until a file is ready, or another one.</summary>
internal static class FileWait
{
    private const int NanosecondsPerTick = 100;

    /// <summary>Waits for one file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="events">What for.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>False if the time was over first.</returns>
    /// <exception cref="IOException">The wait failed.</exception>
    internal static bool For(SafeHandle file, short events, TimeSpan timeout) =>
        Wait(file, events, null, timeout) == ReadyFile.First;

    /// <summary>Waits until one of two files can be read.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">The other, which goes first if both are ready.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Which it is; none if the time was over first.</returns>
    /// <exception cref="IOException">The wait failed.</exception>
    internal static ReadyFile ForEither(SafeHandle first, SafeHandle second, TimeSpan timeout) =>
        Wait(first, Libc.POLLIN, second, timeout);

    /// <summary>The exception of a system call that failed.</summary>
    /// <param name="call">Its name.</param>
    /// <param name="errno">Why, positive.</param>
    internal static IOException Failure(string call, int errno) =>
        new($"{call} failed: {XenErrno.Name(errno)} ({XenErrno.Message(errno)})");

    private static ReadyFile Wait(SafeHandle first, short events, SafeHandle? second, TimeSpan timeout)
    {
        using var heldFirst = new HeldFile(first);
        using var heldSecond = new HeldFile(second);
        var isInfinite = timeout == Timeout.InfiniteTimeSpan;
        var start = isInfinite ? 0 : Stopwatch.GetTimestamp();
        var left = timeout;
        while (true)
        {
            var files = new Libc.PollPair
            {
                First = new Libc.PollEntry { File = heldFirst.Number, Events = events },
                Second = new Libc.PollEntry { File = heldSecond.Number, Events = Libc.POLLIN },
            };
            var ready = Poll(ref files, isInfinite ? null : left);
            if (ready >= 0)
            {
                return files.Second.Returned != 0 ? ReadyFile.Second
                    : files.First.Returned != 0 ? ReadyFile.First
                    : ReadyFile.None;
            }

            if (Marshal.GetLastPInvokeError() is var errno and not Libc.EINTR)
                throw Failure("poll", errno);
            if (!isInfinite)
                left = TimeSpan.FromTicks(Math.Max(0, (timeout - Stopwatch.GetElapsedTime(start)).Ticks));
        }
    }

    // SAFETY: both callees take two entries, which is what PollPair has, and the time that stands on the stack.
    private static int Poll(ref Libc.PollPair files, TimeSpan? timeout)
    {
        const int Count = 2;
        if (timeout is not { } time)
            return Libc.ppoll(ref files, Count, 0, 0);
        var left = new Libc.TimeSpec
        {
            Seconds = time.Ticks / TimeSpan.TicksPerSecond,
            Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick,
        };
        return Libc.ppoll(ref files, Count, ref left, 0);
    }
}
