using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>A recording that is played back: the program makes the same calls again and gets the same answers.</summary>
/// <remarks>The transport and the capabilities of a program share one replay. Thread-safe.</remarks>
public sealed class Replay
{
    private readonly List<RecordedCall> _calls;
    private readonly Lock _gate = new();
    private int _next;

    private Replay(List<RecordedCall> calls) => _calls = calls;

    /// <summary>How many calls the recording has.</summary>
    public int Count => _calls.Count;

    /// <summary>How many of them the program has not made yet.</summary>
    public int Remaining
    {
        get
        {
            lock (_gate)
                return _calls.Count - _next;
        }
    }

    /// <summary>Reads a recording.</summary>
    /// <param name="stream">The recording; it stays the caller's.</param>
    /// <exception cref="RecordingFormatException">It is no recording, or is damaged.</exception>
    public static Replay Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new Replay(RecordingReader.Read(stream));
    }

    /// <summary>Reads a recording from a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RecordingFormatException">It is no recording, or is damaged.</exception>
    public static Replay Open(string path)
    {
        using var file = File.OpenRead(path);
        return Load(file);
    }

    /// <summary>Checks that the program has made all calls of the recording.</summary>
    /// <exception cref="ReplayMismatchException">It has not: the first one that is missing.</exception>
    public void Finish()
    {
        lock (_gate)
        {
            if (_next < _calls.Count)
                throw new ReplayMismatchException(_next + 1, $"  recorded: {RecordedCallText.Describe(_calls[_next])}\n  program:  ended");
        }
    }

    /// <summary>Takes the next call, which must be the one that the program makes.</summary>
    internal RecordedCall Next(RecordedCall actual)
    {
        lock (_gate)
        {
            if (_next == _calls.Count)
                throw new ReplayMismatchException(_next + 1, $"  recorded: nothing\n  program:  {RecordedCallText.Describe(actual)}");
            var recorded = _calls[_next];
            if (RecordedCallText.Difference(recorded, actual) is { } difference)
                throw new ReplayMismatchException(recorded.Number, difference);
            _next++;
            return recorded;
        }
    }

    /// <summary>Takes the next call, of a capability, and throws what it threw.</summary>
    /// <param name="kind">Which call the program makes.</param>
    /// <param name="domain">The domain that it is about, for the exception.</param>
    /// <param name="valueCount">How many results it must have; null for any number.</param>
    /// <param name="arguments">Its arguments.</param>
    internal RecordedCall Next(string kind, DomainId? domain, int? valueCount, params IEnumerable<ulong> arguments)
    {
        var recorded = Next(RecordedCalls.Capability(kind, arguments));
        if (recorded.Error is not null)
            throw new HypercallException(recorded.Error, recorded.Result.Errno, domain);
        return valueCount is null || recorded.Values.Count == valueCount
            ? recorded
            : throw new ReplayMismatchException(
                recorded.Number,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  recorded: {kind} with {recorded.Values.Count} results\n  program:  expects {valueCount}"));
    }
}
