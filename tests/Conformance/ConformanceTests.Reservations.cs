using Xen.Sys;

namespace Conformance;

/// <content>memory_op: what a domain has, and its bounds. dom0 is a PV domain in these rules.</content>
public abstract partial class ConformanceTests
{
    private int NoSuchResourceType => Since(Xen420, XenAbi.XEN_EINVAL, before: XenAbi.XEN_EOPNOTSUPP);

    [Fact]
    public void Domain_has_no_more_memory_than_it_may_have()
    {
        Assert.True(MemoryOp.CurrentReservation(_xen.Transport, Guest, out var current).IsSuccess);
        Assert.True(MemoryOp.MaximumReservation(_xen.Transport, Guest, out var maximum).IsSuccess);
        Assert.InRange(current, 1UL, maximum);
        Assert.True(MemoryOp.GetPodTarget(_xen.Transport, Guest, out var target).IsSuccess);
        Assert.Equal(current, target.TotalPages);
        Assert.True(MemoryOp.MaximumRamPage(_xen.Transport, out var last).IsSuccess);
        Assert.NotEqual(0UL, last);
        foreach (var control in new[] { default, DomainId.Self })
        {
            Assert.True(MemoryOp.CurrentReservation(_xen.Transport, control, out current).IsSuccess);
            Assert.NotEqual(0UL, current);
            Assert.True(MemoryOp.MaximumGfn(_xen.Transport, control, out var highest).IsSuccess);
            Assert.NotEqual(0UL, highest.Value);
        }

        Assert.Equal(XenAbi.XEN_ESRCH, MemoryOp.CurrentReservation(_xen.Transport, NoSuchDomain, out _).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, MemoryOp.MaximumReservation(_xen.Transport, NoSuchDomain, out _).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, MemoryOp.GetPodTarget(_xen.Transport, NoSuchDomain, out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, MemoryOp.GetPodTarget(_xen.Transport, new DomainId(0), out _).Errno);
    }

    [Fact]
    public void Memory_is_taken_and_given_back()
    {
        MemoryOp.CurrentReservation(_xen.Transport, Guest, out var before).OrThrow("current_reservation", Guest);
        Assert.True(MemoryOp.DecreaseReservation(_xen.Transport, Guest, [RamFrame], 0, out var done).IsSuccess);
        Assert.Equal(1, done);
        Assert.True(MemoryOp.CurrentReservation(_xen.Transport, Guest, out var less).IsSuccess);
        Assert.Equal(before - 1, less);
        Assert.Equal(0, MemoryOp.DecreaseReservation(_xen.Transport, Guest, [RamFrame], 0, out _).Value);

        Assert.True(MemoryOp.PopulatePhysmap(_xen.Transport, Guest, [RamFrame], 0, 0, out done).IsSuccess);
        Assert.Equal(1, done);
        Assert.True(MemoryOp.CurrentReservation(_xen.Transport, Guest, out var again).IsSuccess);
        Assert.Equal(before, again);
    }

    [Fact]
    public void Extents_are_done_up_to_the_first_that_fails()
    {
        Assert.True(MemoryOp.DecreaseReservation(
            _xen.Transport, Guest, [RamFrame, NoFrame, RamFrame + 1], 0, out var done).IsSuccess);
        Assert.Equal(1, done);
        Assert.Equal(0, MemoryOp.PopulatePhysmap(_xen.Transport, Guest, [0x40000], 30, 0, out _).Value);
        Assert.Equal(0, MemoryOp.PopulatePhysmap(_xen.Transport, NoSuchDomain, [RamFrame], 0, 0, out _).Value);
        Assert.Equal(0, MemoryOp.DecreaseReservation(_xen.Transport, NoSuchDomain, [RamFrame], 0, out _).Value);
    }

    [Fact]
    public void Resource_has_a_size_or_is_refused()
    {
        var id = NewServer();
        Assert.Equal(2, Size(ResourceType.IoreqServer, id.Value));
        Assert.Equal(2, Size(ResourceType.IoreqServer, 77)); // the size says nothing about the server
        Assert.InRange(Size(ResourceType.GrantTable, 0), 1, 1024);
        Assert.Equal(-XenAbi.XEN_EINVAL, Size(ResourceType.GrantTable, 7));
        Assert.Equal(-NoSuchResourceType, Size((ResourceType)9, 0));
        Assert.Equal(
            XenAbi.XEN_ESRCH,
            MemoryOp.GetResourceSize(_xen.Transport, NoSuchDomain, ResourceType.GrantTable, 0, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_EPERM,
            MemoryOp.GetResourceSize(_xen.Transport, new DomainId(0), ResourceType.GrantTable, 0, out _).Errno);

        int Size(ResourceType type, uint which)
        {
            var result = MemoryOp.GetResourceSize(_xen.Transport, Guest, type, which, out var frames);
            return result.IsSuccess ? frames : (int)result.Value;
        }
    }

    [Fact]
    public void Frames_of_a_resource_are_given_or_refused()
    {
        var id = NewServer();
        var frame = new ulong[1];
        Assert.Equal(0, Acquire(Guest, ResourceType.IoreqServer, id.Value, 1));
        Assert.NotEqual(0UL, frame[0]);
        Assert.Equal(XenAbi.XEN_ENOENT, Acquire(Guest, ResourceType.IoreqServer, id.Value, 0)); // no buffered page
        Assert.Equal(XenAbi.XEN_EINVAL, Acquire(Guest, ResourceType.IoreqServer, id.Value, 2));
        Assert.Equal(XenAbi.XEN_EINVAL, Acquire(Guest, ResourceType.IoreqServer, id.Value, ulong.MaxValue));
        Assert.Equal(XenAbi.XEN_ENOENT, Acquire(Guest, ResourceType.IoreqServer, 77, 1));
        Assert.Equal(NoSuchResourceType, Acquire(Guest, (ResourceType)9, 0, 0));
        Assert.Equal(XenAbi.XEN_ESRCH, Acquire(NoSuchDomain, ResourceType.GrantTable, 0, 0));

        int Acquire(DomainId domain, ResourceType type, uint which, ulong first) =>
            MemoryOp.AcquireResource(_xen.Transport, domain, type, which, first, frame).Errno;
    }

    [Fact]
    public void Grant_table_is_described()
    {
        Assert.True(GrantTableOp.QuerySize(_xen.Transport, Guest, out var size, out var status).IsSuccess);
        Assert.Equal(GrantStatus.Okay, status);
        Assert.InRange(size.Frames, 1u, size.MaximumFrames);
        Assert.True(GrantTableOp.QuerySize(_xen.Transport, DomainId.Self, out _, out status).IsSuccess);
        Assert.Equal(GrantStatus.Okay, status);
        Assert.True(GrantTableOp.GetVersion(_xen.Transport, Guest, out var version).IsSuccess);
        Assert.InRange(version, 1u, 2u);

        // The hypercall succeeds: the status is what says no.
        Assert.True(GrantTableOp.QuerySize(_xen.Transport, NoSuchDomain, out size, out status).IsSuccess);
        Assert.Equal(GrantStatus.BadDomain, status);
        Assert.Equal(default, size);
        Assert.Equal(XenAbi.XEN_ESRCH, GrantTableOp.GetVersion(_xen.Transport, NoSuchDomain, out _).Errno);
    }
}
