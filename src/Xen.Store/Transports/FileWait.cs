using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Sys;

namespace Xen.Store;

/// <summary>Waits until a file is ready, or until another one says that the wait is over.</summary>
internal static class FileWait
{
    private const int NanosecondsPerTick = 100;

    /// <summary>Waits.</summary>
    /// <param name="file">The file.</param>
    /// <param name="events">What for.</param>
    /// <param name="stop">A file that becomes readable when the wait is to end; null for none.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>False if the time was over first, or the other file was ready.</returns>
    /// <exception cref="IOException">The wait failed.</exception>
    internal static bool For(SafeHandle file, short events, SafeHandle? stop, TimeSpan timeout)
    {
        using var heldFile = new HeldFile(file);
        using var heldStop = new HeldFile(stop);
        var isInfinite = timeout == Timeout.InfiniteTimeSpan;
        var start = isInfinite ? 0 : Stopwatch.GetTimestamp();
        var left = timeout;
        while (true)
        {
            var files = new Libc.PollPair
            {
                First = new Libc.PollEntry { File = heldFile.Number, Events = events },
                Second = new Libc.PollEntry { File = heldStop.Number, Events = Libc.POLLIN },
            };
            var ready = Poll(ref files, isInfinite ? null : left);
            if (ready >= 0)
                return files.First.Returned != 0 && files.Second.Returned == 0;
            if (Marshal.GetLastPInvokeError() is var errno and not Libc.EINTR)
                throw Failure("poll", errno);
            if (!isInfinite)
                left = TimeSpan.FromTicks(Math.Max(0, (timeout - Stopwatch.GetElapsedTime(start)).Ticks));
        }
    }

    /// <summary>The exception of a system call that failed.</summary>
    /// <param name="call">Its name.</param>
    /// <param name="errno">Why, positive.</param>
    internal static IOException Failure(string call, int errno) =>
        new($"{call} failed: {XenErrno.Name(errno)} ({XenErrno.Message(errno)})");

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
