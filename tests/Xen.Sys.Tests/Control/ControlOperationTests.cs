using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <summary>What holds for domctl and sysctl beyond what holds for every wrapper.</summary>
public sealed class ControlOperationTests : IDisposable
{
    // The one operation that is stable takes no interface.
    private static readonly Dictionary<string, ControlCase> Cases = ControlCases.All
        .Where(c => c.Case.Wrapper != "Domctl.GetDomainState")
        .ToDictionary(c => c.Case.Name);

    private readonly Recording _recording = new();

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => _recording.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_the_structures_Xen_is_not_called(string name)
    {
        Assert.Equal(XenAbi.XEN_EACCES, Cases[name].CallUnsupported(_recording.Transport).Errno);
        Assert.Equal((0, 0), (_recording.CallCount, _recording.Acquired));
    }
}
