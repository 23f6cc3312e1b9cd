using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>A device model that breaks the protocol is told so: Xen would crash the guest.</summary>
public sealed unsafe class ProtocolTests : IDisposable
{
    private const ulong Device = 0xd0000000;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly StepwiseModel _model;
    private readonly GuestScript _script;

    public ProtocolTests()
    {
        _domain = _xen.CreateDomain(5);
        _model = new StepwiseModel(_xen, _domain).Claim(IoSpace.Memory, Device, Device + 0xfff).Start();
        _script = new GuestScript(_domain.Vcpus[0], VcpuAccess.Read(Device, 4), VcpuAccess.Read(Device, 4));
        Assert.False(_script.RunUntilBlocked());
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_response_without_the_state_between_is_taken()
    {
        Answer(XenAbi.STATE_IORESP_READY);
        Assert.Single(_script.Results);
    }

    [Fact]
    public void A_state_that_goes_back_is_refused()
    {
        Answer(XenAbi.STATE_IOREQ_INPROCESS);
        Assert.Empty(_script.Results);
        Assert.Throws<IoreqProtocolException>(() => Answer(XenAbi.STATE_IOREQ_READY));
    }

    [Fact]
    public void A_state_that_is_none_is_refused() =>
        Assert.Throws<IoreqProtocolException>(() => Answer(7));

    [Fact]
    public void A_changed_port_is_refused()
    {
        _model.Slot(0)->vp_eport++;
        Assert.Throws<IoreqProtocolException>(() => Answer(XenAbi.STATE_IORESP_READY));
    }

    [Fact]
    public void A_slot_that_is_not_free_before_a_request_is_refused()
    {
        _model.Slot(0)->state = (byte)XenAbi.STATE_IORESP_READY;
        _model.Notify(0);
        _script.RunStep();
        _model.Slot(0)->state = (byte)XenAbi.STATE_IOREQ_INPROCESS;
        Assert.Throws<IoreqProtocolException>(() => _script.RunUntilBlocked());
    }

    [Fact]
    public void An_emptied_slot_lets_the_guest_go_on_with_all_ones()
    {
        Answer(XenAbi.STATE_IOREQ_NONE);
        Assert.Equal([0xffffffffUL], _script.Results);
    }

    [Fact]
    public void A_missing_response_is_told_with_the_state_of_the_slot()
    {
        var vcpu = _xen.CreateDomain(6).Vcpus[0];
        using var model = new StepwiseModel(_xen, _xen.Find(new DomainId(6))!)
            .Claim(IoSpace.Memory, Device, Device + 0xfff).Start();
        vcpu.Patience = TimeSpan.FromMilliseconds(20);
        Assert.Contains("state 1", Assert.Throws<IoreqProtocolException>(() => vcpu.Read(Device, 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_the_domain_releases_its_vcpus()
    {
        _domain.Destroy();
        Assert.True(_script.RunUntilBlocked());
        Assert.Equal([0xffffffffUL, 0xffffffffUL], _script.Results);
    }

    private void Answer(int state)
    {
        _model.Slot(0)->state = (byte)state;
        _model.Notify(0);
        _script.RunUntilBlocked();
    }
}
