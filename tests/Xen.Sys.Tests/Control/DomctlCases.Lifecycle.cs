using System.Collections.Generic;

namespace Xen.Sys.Tests.Control;

/// <content>The life of a domain, and settings.</content>
internal static partial class DomctlCases
{
    private static IEnumerable<ControlCase> LifecycleCases =>
    [
        .. new ControlSpecification("Domctl.DestroyDomain", 2)
            .Domctl(static (xen, domctl) => Domctl.DestroyDomain(xen, domctl, Dom5)),
        .. new ControlSpecification("Domctl.PauseDomain", 3)
            .Domctl(static (xen, domctl) => Domctl.PauseDomain(xen, domctl, Dom5)),
        .. new ControlSpecification("Domctl.UnpauseDomain", 4)
            .Domctl(static (xen, domctl) => Domctl.UnpauseDomain(xen, domctl, Dom5)),
        .. new ControlSpecification("Domctl.ResumeDomain", 27)
            .Domctl(static (xen, domctl) => Domctl.ResumeDomain(xen, domctl, Dom5)),
        .. new ControlSpecification("Domctl.SoftReset", 79)
            .Domctl(static (xen, domctl) => Domctl.SoftReset(xen, domctl, Dom5)),
        .. new ControlSpecification("Domctl.SetMaximumVcpus", 15) { Payload = "04030000" }
            .Domctl(static (xen, domctl) => Domctl.SetMaximumVcpus(xen, domctl, Dom5, 0x304)),
        .. new ControlSpecification("Domctl.SetMaximumMemory", 11) { Payload = "8877665544332211" }
            .Domctl(static (xen, domctl) => Domctl.SetMaximumMemory(xen, domctl, Dom5, 0x1122334455667788)),
        .. new ControlSpecification("Domctl.SetTarget", 46) { Payload = "0900" }
            .Domctl(static (xen, domctl) => Domctl.SetTarget(xen, domctl, Dom5, new DomainId(9))),
    ];

    private static IEnumerable<ControlCase> SettingCases =>
    [
        .. new ControlSpecification("Domctl.SetTimeOffset", 24) { Payload = "feffffffffffffff" }
            .Domctl(static (xen, domctl) => Domctl.SetTimeOffset(xen, domctl, Dom5, -2)),
        .. new ControlSpecification("Domctl.SetAddressSize", 35) { Payload = "20000000" }
            .Domctl(static (xen, domctl) => Domctl.SetAddressSize(xen, domctl, Dom5, 32)),
        .. new ControlSpecification("Domctl.GetAddressSize", 36) { Reply = ["16:40000000"], Out = [64] }
            .Domctl(static (xen, domctl) =>
            {
                var result = Domctl.GetAddressSize(xen, domctl, Dom5, out var bits);
                xen.Out(bits);
                return result;
            }),
        .. new ControlSpecification("Domctl.GetPagingPoolSize", 85) { Reply = ["16:0000100001"], Out = [0x100100000] }
            .Domctl(static (xen, domctl) =>
            {
                var result = Domctl.GetPagingPoolSize(xen, domctl, Dom5, out var bytes);
                xen.Out((long)bytes);
                return result;
            }),
        .. new ControlSpecification("Domctl.SetPagingPoolSize", 86) { Payload = "0000100001" }
            .Domctl(static (xen, domctl) => Domctl.SetPagingPoolSize(xen, domctl, Dom5, 0x100100000)),
    ];
}
