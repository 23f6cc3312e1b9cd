using System.Collections.Generic;

namespace Xen.Sys.Tests.Control;

/// <summary>The cases of all operations of domctl and sysctl.</summary>
internal static class ControlCases
{
    internal static IEnumerable<ControlCase> All => [.. DomctlCases.All, .. SysctlCases.All];
}
