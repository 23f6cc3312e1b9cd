using System;
using Xen.Sys;

namespace Conformance;

/// <content>Answers that changed from one release to another. A rule says which, and since when.</content>
public abstract partial class ConformanceTests
{
    private static readonly Version Xen420 = new(4, 20);

    private Version RunningXen
    {
        get
        {
            XenVersionOp.GetVersion(_xen.Transport, out var version).OrThrow("xen_version");
            return new Version(version.Major, version.Minor);
        }
    }

    /// <summary>The answer of the release that runs.</summary>
    /// <param name="release">The first known release with the new answer.</param>
    /// <param name="now">What it answers, and those after it.</param>
    /// <param name="before">What those before it answer.</param>
    private T Since<T>(Version release, T now, T before) => RunningXen >= release ? now : before;
}
