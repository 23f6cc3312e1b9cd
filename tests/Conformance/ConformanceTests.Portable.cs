using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Conformance.Portable;
using Xen.Sys;

namespace Conformance;

/// <content>The rules that a domain without an operating system checks as well: <c>Portable/</c>.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Portable_rules_hold()
    {
        // The ports of this domain are its Linux's.
        var facts = PortableFacts.Find(_xen.Transport, ownsPorts: false);
        var missed = new List<string>();
        var held = 0;
        for (var i = 0; i < PortableRules.Count; i++)
        {
            var verdict = PortableRules.Check(_xen.Transport, facts, i);
            if (verdict.Outcome == Outcome.NotHeld)
                missed.Add($"{Encoding.UTF8.GetString(verdict.Rule)}: {Answered(verdict.Answer)}");
            held += verdict.Outcome == Outcome.Held ? 1 : 0;
        }

        Assert.Empty(missed);
        Assert.True(held > PortableRules.Count / 2);
    }

    private static string Answered(HypercallResult answer) => answer.IsSuccess
        ? "0x" + answer.Value.ToString("x", CultureInfo.InvariantCulture)
        : XenErrno.Name(answer.Errno);
}
