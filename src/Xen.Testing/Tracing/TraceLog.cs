using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.Testing.Tracing;

/// <summary>Where traced calls are written, a line each: by number, in the order in which they ended.</summary>
/// <remarks>
/// One log serves the transport and all capabilities of a program, so that their calls are in one sequence. The text of a
/// program that does the same in the same order is the same: durations are left out unless asked for, and pointers are
/// told by the buffer that they lead into. Thread-safe; what the receiver of the lines throws reaches the caller.
/// </remarks>
public sealed class TraceLog
{
    private readonly Action<string> _write;
    private readonly bool _withDurations;
    private readonly Lock _gate = new();
    private long _number;

    /// <summary>Writes to a callback, one call at a time.</summary>
    /// <param name="write">Gets each line, without a line feed.</param>
    /// <param name="withDurations">Whether each line ends with the time that the call took.</param>
    public TraceLog(Action<string> write, bool withDurations = false)
    {
        ArgumentNullException.ThrowIfNull(write);
        _write = write;
        _withDurations = withDurations;
    }

    /// <summary>Writes to a text.</summary>
    /// <param name="writer">Gets the lines; it is not flushed and stays the caller's.</param>
    /// <param name="withDurations">Whether each line ends with the time that the call took.</param>
    public TraceLog(TextWriter writer, bool withDurations = false)
        : this(line => writer.Write(line + "\n"), withDurations) => ArgumentNullException.ThrowIfNull(writer);

    /// <summary>Writes to a log.</summary>
    /// <param name="logger">Gets the lines.</param>
    /// <param name="level">At which level.</param>
    /// <param name="withDurations">Whether each line ends with the time that the call took.</param>
    public TraceLog(ILogger logger, LogLevel level, bool withDurations = false)
        : this(Receiver(logger, level), withDurations)
    {
    }

    internal static long Now => Stopwatch.GetTimestamp();

    /// <summary>Writes a call: <c>#3 dm_op nr_vcpus d7 {vcpus=0} = 0 {vcpus=2}</c>.</summary>
    /// <param name="call">Its name and its arguments.</param>
    /// <param name="outcome">Its result, and what it changed.</param>
    /// <param name="start">When it began.</param>
    internal void Write(string call, string outcome, long start)
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        lock (_gate)
        {
            var number = ++_number;
            var duration = _withDurations
                ? string.Create(CultureInfo.InvariantCulture, $" <{elapsed.TotalMicroseconds:0.0} us>")
                : "";
            _write(string.Create(CultureInfo.InvariantCulture, $"#{number} {call} = {outcome}{duration}"));
        }
    }

    /// <summary>A result in words: the value, or the error's name.</summary>
    internal static string Result(HypercallResult result)
    {
        if (result.IsSuccess)
            return result.Value.ToString(CultureInfo.InvariantCulture);
        return XenErrno.TryGetName(result.Errno, out var name)
            ? "-" + name
            : result.Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a call that throws when it fails, and writes it.</summary>
    /// <remarks>What the call gave is disposed of if it cannot be written: its caller never sees it.</remarks>
    internal T Trace<T>(string call, Func<T> run, Func<T, string> describe)
    {
        var start = Now;
        T result;
        try
        {
            result = run();
        }
        catch (Exception error)
        {
            Write(call, Failure(error), start);
            throw;
        }

        try
        {
            Write(call, describe(result), start);
            return result;
        }
        catch
        {
            (result as IDisposable)?.Dispose();
            throw;
        }
    }

    internal static string Failure(Exception error) => error is HypercallException refused
        ? "-" + refused.ErrnoName
        : error.GetType().Name;

    private static Action<string> Receiver(ILogger logger, LogLevel level)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return line => CallLog.Line(logger, level, line);
    }
}
