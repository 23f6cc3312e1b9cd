using Xen.Testing.Hypervisor;
using V4_20Abi = Xen.Sys.V4_20.XenAbi;

namespace Conformance;

/// <summary>The rules against the simulated Xen 4.20.</summary>
public sealed class SimulatedXen420Tests() : ConformanceTests(new SimulatedHypervisor(new SimulatedXen
{
    Version = new(4, 20),
    DomctlVersion = V4_20Abi.XEN_DOMCTL_INTERFACE_VERSION,
    SysctlVersion = V4_20Abi.XEN_SYSCTL_INTERFACE_VERSION,
}));
