using System;
using Xen.Sys;

namespace Conformance.Portable;

/// <summary>A rule, what Xen answered, and whether that is what the rule says.</summary>
internal readonly ref struct Verdict
{
    private Verdict(ReadOnlySpan<byte> rule, Outcome outcome, HypercallResult answer)
    {
        Rule = rule;
        Outcome = outcome;
        Answer = answer;
    }

    internal ReadOnlySpan<byte> Rule { get; }

    internal Outcome Outcome { get; }

    internal HypercallResult Answer { get; }

    internal static Verdict NotApplicable(ReadOnlySpan<byte> rule) => new(rule, Outcome.NotApplicable, default);

    /// <summary>A rule about the error number; 0 for a success.</summary>
    internal static Verdict Of(ReadOnlySpan<byte> rule, HypercallResult answer, int errno) =>
        Of(rule, answer, answer.Errno == errno);

    /// <summary>A rule about more than the error number.</summary>
    internal static Verdict Of(ReadOnlySpan<byte> rule, HypercallResult answer, bool isHeld) =>
        new(rule, isHeld ? Outcome.Held : Outcome.NotHeld, answer);
}
