using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>Where Xen 4.17 and 4.20 answer differently.</summary>
public sealed unsafe class ReleaseTests
{
    [Fact]
    public void Xen_4_17_answers_as_Xen_4_17()
    {
        var xen = new SimulatedXen();
        var domain = xen.CreateDomain(5);
        Assert.Equal(XenAbi.XEN_EINVAL, XenVersionOp.GetBuildId(xen, [], out _).Errno);
        Assert.Equal(XenAbi.XEN_ENOMEM, InfoWithFrames(xen, domain));
        Assert.Equal(XenAbi.XEN_EACCES, StatusOfPortOfXen(xen, domain));
        Assert.Equal((0, unchecked((uint)-XenAbi.XEN_EOPNOTSUPP)), SizeOfUnknownResource(xen, domain));
    }

    [Fact]
    public void Xen_4_20_answers_as_Xen_4_20()
    {
        var xen = new SimulatedXen { Release = SimulatedRelease.Xen420 };
        var domain = xen.CreateDomain(5);
        Assert.True(InterfaceVersions.Probe(xen, out var versions).IsSuccess);
        Assert.True(versions.AreSupported);
        Assert.Equal(new XenVersion(4, 20), xen.Version);
        Assert.Equal(XenAbi.XEN_ENOBUFS, XenVersionOp.GetBuildId(xen, [], out _).Errno);
        Assert.Equal(0, InfoWithFrames(xen, domain));
        Assert.Equal(0, StatusOfPortOfXen(xen, domain));
        Assert.Equal(XenAbi.XEN_EINVAL, SizeOfUnknownResource(xen, domain).Errno);
    }

    private static int InfoWithFrames(SimulatedXen xen, SimulatedDomain domain)
    {
        DmOp.CreateIoreqServer(xen, domain.Id, BufferedIoreqMode.Atomic, out var id).OrThrow("create");
        return DmOp.GetIoreqServerInfo(xen, domain.Id, id, out _).Errno;
    }

    private static int StatusOfPortOfXen(SimulatedXen xen, SimulatedDomain domain)
    {
        var result = EventChannelOp.GetStatus(xen, domain.Id, new EventChannelPort(1), out var status);
        if (result.IsSuccess)
            Assert.Equal(new EventChannelStatus(EventChannelState.Unbound, default), status);
        return result.Errno;
    }

    private static (int Errno, uint Size) SizeOfUnknownResource(SimulatedXen xen, SimulatedDomain domain)
    {
        // SAFETY: the structure is on this stack frame until the call returns.
        var acquire = new xen_mem_acquire_resource { domid = domain.Id.Value, type = 9 };
        var result = xen.Invoke(XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_acquire_resource, (ulong)&acquire);
        return (result.Errno, acquire.nr_frames);
    }
}
