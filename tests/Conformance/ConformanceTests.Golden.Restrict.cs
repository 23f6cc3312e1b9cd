using Conformance.Golden;
using Xen.Sys;

namespace Conformance;

/// <content>The golden table's lines about RESTRICT.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "restrict/to-a-domain", "restrict/to-another-one-then", "restrict/hypercall", "restrict/dm-op-on-that-domain",
        "restrict/dm-op-on-another", "restrict/resource-of-another")]
    public void Restricted_file_serves_its_one_domain()
    {
        using var privcmd = OpenPrivcmd();
        Golden("restrict/to-a-domain", Restrict(Hvm));
        Golden("restrict/to-another-one-then", Restrict(Pv));
        var version = new privcmd_hypercall { op = XenAbi.__HYPERVISOR_xen_version };
        Golden("restrict/hypercall", privcmd.Ioctl(XenAbi.IOCTL_PRIVCMD_HYPERCALL, ref version));
        var op = NewOp(XenAbi.XEN_DMOP_nr_vcpus);
        Golden("restrict/dm-op-on-that-domain", privcmd.DeviceModelOp(Hvm, ref op));
        Golden("restrict/dm-op-on-another", privcmd.DeviceModelOp(Pv, ref op));
        ulong count = 0;
        Golden(
            "restrict/resource-of-another",
            privcmd.MapResource(Pv, XenAbi.XENMEM_resource_grant_table, 0, 0, ref count));

        HypercallResult Restrict(DomainId domain)
        {
            var id = domain.Value;
            return privcmd.Ioctl(XenAbi.IOCTL_PRIVCMD_RESTRICT, ref id);
        }
    }
}
