using System;
using System.Globalization;

namespace Xen.Testing.Recording;

/// <summary>A program did something else than the recording has.</summary>
public sealed class ReplayMismatchException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="call">The number of the call in the recording, from 1.</param>
    /// <param name="difference">What is different, in lines.</param>
    public ReplayMismatchException(long call, string difference)
        : base(string.Create(CultureInfo.InvariantCulture, $"call {call} departs from the recording:\n{difference}")) =>
        Call = call;

    /// <summary>The number of the call in the recording, from 1.</summary>
    public long Call { get; }
}
