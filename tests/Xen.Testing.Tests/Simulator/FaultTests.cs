using System;
using Xen.Privcmd.Kernel;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace Xen.Testing.Tests.Simulator;

/// <summary>What goes wrong on demand.</summary>
public sealed unsafe class FaultTests : IDisposable
{
    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;

    public FaultTests() => _domain = _xen.CreateDomain(5);

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void An_operation_fails_after_so_many_calls_and_so_many_times()
    {
        _xen.Faults.Fail(
            (uint)XenAbi.__HYPERVISOR_dm_op, (uint)XenAbi.XEN_DMOP_nr_vcpus, XenAbi.XEN_ENOMEM, after: 2, times: 2);
        int[] expected = [0, 0, XenAbi.XEN_ENOMEM, XenAbi.XEN_ENOMEM, 0, 0];
        foreach (var errno in expected)
        {
            Assert.Equal(errno, DmOp.GetVcpuCount(_xen, _domain.Id, out _).Errno);
            Assert.True(DmOp.InjectMsi(_xen, _domain.Id, 0xfee00000, 0x31).IsSuccess);
        }
    }

    [Fact]
    public void Every_rule_counts_every_call_and_goes_when_it_is_used_up()
    {
        _xen.Faults.Fail((uint)XenAbi.__HYPERVISOR_xen_version, null, XenAbi.XEN_EPERM, after: 1);
        _xen.Faults.Fail((uint)XenAbi.__HYPERVISOR_xen_version, null, XenAbi.XEN_EIO, after: 2);
        var kernel = _xen.Linux.Faults;
        kernel.Fail(KernelCall.CreateEvent, XenAbi.XEN_EPERM, after: 1);
        kernel.Fail(KernelCall.CreateEvent, XenAbi.XEN_EIO, after: 2);
        foreach (var errno in (int[])[0, XenAbi.XEN_EPERM, XenAbi.XEN_EIO, 0])
        {
            Assert.Equal(errno, XenVersionOp.GetVersion(_xen, out _).Errno);
            Assert.Equal(errno, ((IKernel)_xen.Linux).CreateEvent(out var file).Errno);
            file?.Dispose();
        }

        Assert.Equal((0, 0), (_xen.Faults.PendingCount, kernel.PendingCount));
    }

    [Fact]
    public void Faults_that_can_never_be_are_refused()
    {
        const uint Hypercall = (uint)XenAbi.__HYPERVISOR_xen_version;
        var kernel = _xen.Linux.Faults;
        Assert.Throws<ArgumentOutOfRangeException>(() => _xen.Faults.Fail(Hypercall, null, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _xen.Faults.Fail(Hypercall, null, 1, after: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _xen.Faults.Fail(Hypercall, null, 1, times: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _xen.Faults.LoseSignals(times: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Fail(KernelCall.Read, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Fail(KernelCall.Read, 1, after: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Fail(KernelCall.Read, 1, times: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.LoseEvents(times: 0));
        Assert.Equal((0, 0), (_xen.Faults.PendingCount, kernel.PendingCount));
    }

    [Fact]
    public void Control_operations_fail_by_their_number()
    {
        DomctlInterface.Probe(_xen, out var domctl).OrThrow("probe");
        _xen.Faults.Fail(
            (uint)XenAbi.__HYPERVISOR_domctl, Xen.Sys.V4_17.XenAbi.XEN_DOMCTL_pausedomain, XenAbi.XEN_EIO);
        Assert.True(Domctl.GetDomainInfo(_xen, domctl, _domain.Id, out _).IsSuccess);
        Assert.Equal(XenAbi.XEN_EIO, Domctl.PauseDomain(_xen, domctl, _domain.Id).Errno);
        Assert.False(_domain.IsPaused);
        _xen.Faults.Fail((uint)XenAbi.__HYPERVISOR_xen_version, null, XenAbi.XEN_EPERM);
        _xen.Faults.Clear();
        Assert.True(XenVersionOp.GetVersion(_xen, out _).IsSuccess);
    }

    [Fact]
    public void A_domain_dies_in_the_middle()
    {
        _xen.Faults.When(
            (uint)XenAbi.__HYPERVISOR_dm_op, (uint)XenAbi.XEN_DMOP_map_io_range_to_ioreq_server, _domain.Destroy, after: 1);
        DmOp.CreateIoreqServer(_xen, _domain.Id, out var id).OrThrow("create");
        Assert.Equal(0, DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, 0, 1).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, Next());
        Assert.Empty(_xen.FindContradictions());

        // It was found before it died, so that the call goes on; the next one does not find it.
        int Next()
        {
            Assert.False(DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, 4, 5).IsSuccess);
            return DmOp.MapIoRange(_xen, _domain.Id, id, IoSpace.Memory, 4, 5).Errno;
        }
    }

    [Fact]
    public void A_lost_signal_leaves_the_guest_waiting()
    {
        using var model = new StepwiseModel(_xen, _domain).Claim(IoSpace.Memory, 0xd0000000, 0xd0000fff).Start();
        _xen.Faults.LoseSignals();
        var script = new GuestScript(_domain.Vcpus[0], VcpuAccess.Read(0xd0000000, 4));
        Assert.False(script.RunUntilBlocked());
        Assert.False(model.HasEvents);
        model.Serve(0);
        Assert.True(script.RunUntilBlocked());

        _xen.Faults.LoseSignals(after: 1);
        script = new GuestScript(_domain.Vcpus[0], VcpuAccess.Read(0xd0000000, 4));
        Assert.False(script.RunUntilBlocked());
        model.Serve(0);
        Assert.False(script.RunUntilBlocked());
        model.Notify(0);
        Assert.True(script.RunUntilBlocked());
    }

    [Fact]
    public void Buffers_run_out()
    {
        _xen.Faults.RefuseBuffers(times: 2, after: 1);
        var first = _xen.AcquireBuffer(16);
        Assert.False(first is null);
        Assert.True(_xen.AcquireBuffer(16) is null);
        Assert.Equal(XenAbi.XEN_ENOMEM, MemoryOp.MaximumGfn(_xen, _domain.Id, out _).Errno);
        Assert.True(MemoryOp.MaximumGfn(_xen, _domain.Id, out _).IsSuccess);
        _xen.ReleaseBuffer(first);
    }
}
