using System.Collections.Generic;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>
/// The cases of all wrappers, one file per hypercall. The bytes are written by hand from the layouts of Xen's headers, so
/// that the generated structures are not held against themselves.
/// </summary>
internal static partial class WrapperCases
{
    private const ulong P = WrapperCase.P;

    private static readonly DomainId Dom5 = new(5);

    internal static IEnumerable<WrapperCase> All =>
    [
        .. XenVersionCases,
        .. XenVersionTextCases,
        .. ConsoleCases,
        .. MemoryCases,
        .. PhysmapCases,
        .. EventChannelCases,
        .. GrantTableCases,
        .. MulticallCases,
        .. SchedCases,
        .. HvmCases,
        .. IoreqServerCases,
        .. DeviceModelCases,
        .. VcpuCases,
        .. PhysdevCases,
    ];
}
