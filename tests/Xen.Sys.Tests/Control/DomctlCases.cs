using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Xen.Sys.Tests.Control;

/// <summary>The cases of domctl. The bytes are written by hand from the layouts of Xen's headers.</summary>
internal static partial class DomctlCases
{
    private static readonly DomainId Dom5 = new(5);

    internal static IEnumerable<ControlCase> All =>
    [
        .. LifecycleCases,
        .. InfoCases,
        .. CreationCases,
        .. ContextCases,
        .. ShadowCases,
        .. DeviceCases,
        .. VcpuCases,
        .. SettingCases,
    ];

    private static bool IsArm(DomctlInterface form) => form.Architecture == Architecture.Arm64;
}
