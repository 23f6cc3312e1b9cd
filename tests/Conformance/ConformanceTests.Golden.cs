using System.Collections.Generic;
using System.Linq;
using Conformance.Golden;
using Xen.Sys;

namespace Conformance;

/// <content>What the rules about the golden table share. Its domains have 2 vCPUs.</content>
public abstract partial class ConformanceTests
{
    private readonly HashSet<string> _lookedAt = [];
    private readonly Stack<DomainId> _made = [];
    private DomainId? _hvm;
    private DomainId? _pv;

    /// <summary>An HVM domain with 2 vCPUs and 16 frames of memory, paused.</summary>
    private DomainId Hvm => _hvm ??= Remember(NewFurnishedDomain(vcpus: 2));

    /// <summary>A PV domain with nothing.</summary>
    private DomainId Pv => _pv ??= Remember(NewDomain(MadeDomain.HvmConfiguration(2) with
    {
        Flags = default,
        X86EmulationFlags = 0,
    }));

    private void Golden(string id, HypercallResult result)
    {
        _lookedAt.Add(id);
        GoldenTable.Check(id, RunningXen, _xen.LinuxRelease, result);
    }

    private void Golden(string id, long value) => Golden(id, new HypercallResult(value));

    private void Golden(string id, bool value) => Golden(id, value ? 1 : 0);

    // An errno as the kernel has it: 0 or negative.
    private void GoldenPage(string id, int error) => Golden(id, new HypercallResult(error));

    private DomainId Remember(DomainId domain)
    {
        _made.Push(domain);
        return domain;
    }

    private void EndMadeDomains()
    {
        if (!_made.TryPop(out var domain))
            return;
        try
        {
            if (IsThere(domain))
                _xen.Destroy(domain);
            WaitUntilGone(domain);
        }
        finally
        {
            EndMadeDomains();
        }
    }

    private void ExpectClaimedLinesSeen()
    {
        var rule = (TestContext.Current.TestMethod as Xunit.v3.IXunitTestMethod)?.Method;
        if (TestContext.Current.TestState?.Result == TestResult.Passed)
            Assert.Empty(GoldenTable.ClaimedBy(rule).Except(_lookedAt));
        Assert.Empty(_lookedAt.Except(GoldenTable.ClaimedBy(rule)));
    }
}
