using System;
using System.Globalization;

namespace Xen.Testing.Recording;

/// <summary>A file is no recording, or is damaged.</summary>
public sealed class RecordingFormatException : FormatException
{
    /// <summary>Makes one.</summary>
    /// <param name="line">The line that is wrong, from 1.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="innerException">The cause, if it was an exception.</param>
    public RecordingFormatException(long line, string problem, Exception? innerException = null)
        : base(string.Create(CultureInfo.InvariantCulture, $"line {line} of the recording: {problem}"), innerException) =>
        Line = line;

    /// <summary>The line that is wrong, from 1.</summary>
    public long Line { get; }
}
