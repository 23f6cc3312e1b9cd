using Conformance.Golden;
using Xen.Sys;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Conformance;

/// <content>The golden table's lines about the end of a domain.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "death/destroy-while-mapped", "death/description", "death/is-described-itself", "death/dying",
        "death/has-pages", "death/dm-op", "death/new-server", "death/wake-ups", "death/dm-op-after-the-last-unmap",
        "death/description-after-it", "death/is-described-itself-after-it", "death/map-batch-after-it",
        "death/page-after-it", "death/bind-after-it")]
    public void Dying_domain_stays_until_its_last_frame_is_unmapped()
    {
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        var (domain, errors) = (Hvm, new int[4]);
        Assert.True(Pv.Value > domain.Value); // there is a domain after it
        using var privcmd = OpenPrivcmd();
        using var evtchn = OpenEventChannels();
        var port = FreePortOf(domain);
        Bind(evtchn, domain, port.Value).OrThrow("bind", domain);
        TakePortThatWasBound(evtchn);
        CreateServer(BufferedIoreqMode.Off, out var server).OrThrow("create", domain);
        ulong count = 1;
        using (var slots = privcmd.Map(1))
        using (var frames = privcmd.Map(4))
        {
            privcmd.MapResource(domain, XenAbi.XENMEM_resource_ioreq_server, server.Value, 1, ref count, slots.Address)
                .OrThrow("MMAP_RESOURCE", domain);
            privcmd.MapBatch(frames.Address, domain, [0, 1, 2, 3], errors).OrThrow("MMAPBATCH_V2", domain);

            Golden("death/destroy-while-mapped", Domctl.DestroyDomain(xen, domctl, domain));
            Golden("death/description", DescribeFrom(domain, out var found));
            Golden("death/is-described-itself", found == domain);
            var dying = Describe(domain);
            Golden("death/dying", dying.IsDying);
            Golden("death/has-pages", dying.TotalPages > 0);
            Golden("death/dm-op", DmOp.GetVcpuCount(xen, domain, out _));
            Golden("death/new-server", CreateServer(BufferedIoreqMode.Off, out _));
            Golden("death/wake-ups", evtchn.CanRead(milliseconds: 100));
        }

        WaitUntilGone(domain);
        Golden("death/dm-op-after-the-last-unmap", DmOp.GetVcpuCount(xen, domain, out _));
        Golden("death/description-after-it", DescribeFrom(domain, out var next));
        Golden("death/is-described-itself-after-it", next == domain);
        using var nothing = privcmd.Map(1);
        Golden("death/map-batch-after-it", privcmd.MapBatch(nothing.Address, domain, [0], errors));
        GoldenPage("death/page-after-it", errors[0]);
        Golden("death/bind-after-it", Bind(evtchn, domain, 1));
    }

    // As the operation itself has it: it may describe the next domain there is.
    private unsafe HypercallResult DescribeFrom(DomainId domain, out DomainId described)
    {
        // SAFETY: a whole page, which is larger than the operation.
        var head = (uint*)_xen.Transport.AcquireBuffer(XenPage.Size);
        Assert.False(head is null);
        head[0] = V4_17Abi.XEN_DOMCTL_getdomaininfo;
        head[1] = Versions.Domctl.Version;
        head[2] = domain.Value;
        var result = _xen.Transport.Invoke(XenAbi.__HYPERVISOR_domctl, (ulong)head);
        described = result.IsSuccess ? new DomainId((ushort)head[2]) : default;
        _xen.Transport.ReleaseBuffer(head);
        return result;
    }
}
