using Conformance.Portable;
using Xen.Domain;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>The portable rules of <c>tests/Conformance</c>, checked in the domain itself.</summary>
internal static class Suite
{
    internal static void Run<TPlatform, TTransport>(ref TPlatform platform, TTransport transport, ref ConsoleLine line)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var facts = PortableFacts.Find(transport, ownsPorts: true);
        ulong held = 0;
        ulong missed = 0;
        for (var i = 0; i < PortableRules.Count; i++)
        {
            var verdict = PortableRules.Check(transport, facts, i);
            held += verdict.Outcome == Outcome.Held ? 1u : 0u;
            missed += verdict.Outcome == Outcome.NotHeld ? 1u : 0u;
            line.Text.Add("verdict "u8);
            line.Text.Add(verdict.Rule);
            Add(ref line.Text, verdict);
            line.End(ref platform);
        }

        line.Text.Add("suite: "u8);
        line.Text.AddDecimal(held);
        line.Text.Add(" held, "u8);
        line.Text.AddDecimal(missed);
        line.Text.Add(" not held"u8);
        line.End(ref platform);
    }

    private static void Add(ref TextBuffer text, scoped Verdict verdict)
    {
        if (verdict.Outcome == Outcome.Held)
        {
            text.Add(" held"u8);
            return;
        }

        if (verdict.Outcome == Outcome.NotApplicable)
        {
            text.Add(" is not for this domain"u8);
            return;
        }

        text.Add(" not held: "u8);
        if (verdict.Answer.IsSuccess)
            text.AddHexadecimal((ulong)verdict.Answer.Value);
        else
            text.AddErrno(verdict.Answer.Errno);
    }
}
