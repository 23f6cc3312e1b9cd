using System;
using System.Linq;
using System.Threading;
using Xen.Privcmd;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Conformance;

/// <content>The capabilities beside hypercalls, as Xen.Privcmd offers them over either kernel.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public unsafe void Frames_appear_at_the_place_that_the_caller_reserved_and_leave_it_reserved()
    {
        const int Pages = 4;
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        using var memory = PrivcmdForeignMemory.Open(_xen.Kernel);
        const int Flags = Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE;
        _xen.Kernel.Map(0, Pages * XenPage.Size, Libc.PROT_NONE, Flags, null, 0, out var place).OrThrow("mmap");
        try
        {
            for (var round = 0; round < 2; round++)
            {
                // SAFETY: the second page of four that were reserved.
                var address = (byte*)place + XenPage.Size;
                var errors = new int[2];
                using var mapping = memory.MapAt(
                    address, domain, [new(5), new(0x500)], ForeignAccess.ReadWrite, errors);
                Assert.Equal((nint)address, (nint)mapping.Address);
                Assert.Equal([0, XenAbi.XEN_EINVAL], errors);
                using var view = mapping.OpenView();
                view.GetSpan(0, XenPage.Size).Fill((byte)(round + 1));
            }
        }
        finally
        {
            _xen.Kernel.Unmap(place, Pages * XenPage.Size).OrThrow("munmap");
        }

        using var seen = memory.Map(domain, [new(5)], ForeignAccess.ReadOnly, new int[1]);
        using var again = seen.OpenView();
        Assert.Equal(2, again.GetReadOnlySpan(XenPage.Size - 1, 1)[0]);
    }

    [Fact]
    public void Resource_without_a_type_has_no_size_however_Xen_says_it()
    {
        using var memory = PrivcmdForeignMemory.Open(_xen.Kernel);
        Assert.Equal(2, memory.GetResourceSize(Hvm, XenAbi.XENMEM_resource_ioreq_server, 0));
        Assert.Equal(4, memory.GetResourceSize(Hvm, XenAbi.XENMEM_resource_grant_table, 0));
        var refusal = Assert.Throws<HypercallException>(() => memory.GetResourceSize(Hvm, 9, 0));
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, refusal.Errno);
    }

    [Fact]
    public void Restricted_objects_serve_one_domain_for_good()
    {
        using var transport = PrivcmdTransport.Open(_xen.Kernel);
        using var memory = PrivcmdForeignMemory.Open(_xen.Kernel);
        using var channels = LinuxEventChannels.Open(_xen.Kernel);
        var (ours, other) = (Hvm, Remember(NewFurnishedDomain(vcpus: 1)));
        var (oursPort, otherPort) = (FreePortOf(ours), FreePortOf(other));
        foreach (var restrictable in new IRestrictable[] { transport, memory, channels })
            Assert.True(restrictable.Restrict(ours).IsSuccess);
        Assert.Equal(XenAbi.XEN_EINVAL, transport.Restrict(other).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, memory.Restrict(other).Errno);
        Assert.True(transport.Restrict(ours).IsSuccess);

        Assert.Equal(XenAbi.XEN_EPERM, XenVersionOp.GetVersion(transport, out _).Errno);
        Assert.True(DmOp.GetVcpuCount(transport, ours, out _).IsSuccess);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetVcpuCount(transport, other, out _).Errno);

        memory.Map(ours, [new(1)], ForeignAccess.ReadOnly, new int[1]).Dispose();
        Assert.Equal(XenAbi.XEN_EPERM, Errno(() => memory.Map(other, [new(1)], ForeignAccess.ReadOnly, new int[1])));
        Assert.Equal(
            XenAbi.XEN_EPERM, Errno(() => memory.MapResource(other, XenAbi.XENMEM_resource_grant_table, 0, 0, 1)));
        channels.BindInterdomain(ours, oursPort);
        Assert.Equal(XenAbi.XEN_EACCES, Errno(() => channels.BindInterdomain(other, otherPort)));

        static int Errno(Func<object> operation) => Assert.Throws<HypercallException>(() => operation()).Errno;
    }

    [Fact]
    public void Virtual_interrupt_is_bound_by_one_and_exists()
    {
        using var channels = LinuxEventChannels.Open(_xen.Kernel);
        using var others = LinuxEventChannels.Open(_xen.Kernel);
        var port = channels.BindVirq(XenAbi.VIRQ_DEBUG);
        Assert.Equal(
            (EventChannelState.VirtualInterrupt, (uint)XenAbi.VIRQ_DEBUG),
            (StatusOf(DomainId.Self, port).State, StatusOf(DomainId.Self, port).Interrupt));
        Assert.Equal(XenAbi.XEN_EEXIST, Refusal(XenAbi.VIRQ_DEBUG));
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal(XenAbi.NR_VIRQS));
        channels.Unbind(port);
        others.BindVirq(XenAbi.VIRQ_DEBUG);

        int Refusal(long virq) => Assert.Throws<HypercallException>(() => others.BindVirq((uint)virq)).Errno;
    }

    [Fact]
    public void Ends_of_one_domain_meet_and_reset_closes_all_of_an_object()
    {
        var traces = Traces.Take(_xen);
        using (var near = LinuxEventChannels.Open(_xen.Kernel))
        using (var far = LinuxEventChannels.Open(_xen.Kernel))
        {
            var pending = new EventChannelPort[16];
            var ports = Enumerable.Range(0, 6).Select(_ => near.BindUnbound(default)).ToArray();
            var peers = ports.Select(port => far.BindInterdomain(default, port)).ToArray();
            foreach (var peer in peers)
                Assert.True(far.Notify(peer).IsSuccess);
            Assert.Equal(ports.ToHashSet(), Take(near, ports.Length).ToHashSet());
            near.Reset();
            Assert.All(ports, port => Assert.Equal(XenAbi.XEN_ENOTCONN, near.Notify(port).Errno));
            Assert.All(peers, peer => Assert.Equal(EventChannelState.Unbound, StatusOf(DomainId.Self, peer).State));
            Assert.Equal(0, near.Wait(pending, TimeSpan.Zero, CancellationToken.None));

            EventChannelPort[] Take(LinuxEventChannels channels, int count)
            {
                var taken = 0;
                while (taken < count)
                {
                    var ready = channels.Wait(pending.AsSpan(taken), Long, TestContext.Current.CancellationToken);
                    Assert.NotEqual(0, ready);
                    taken += ready;
                }

                return pending[..taken];
            }
        }

        Assert.Equal(traces, Traces.Take(_xen));
    }
}
