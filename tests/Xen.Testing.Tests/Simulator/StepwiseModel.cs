using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>A device model without a thread: a test has it do its steps one by one.</summary>
// SAFETY: the mapped pages have a slot for each vCPU and stay until Dispose, which is the last use.
internal sealed unsafe class StepwiseModel : IDisposable
{
    private readonly SimulatedXen _xen;
    private readonly SimulatedDomain _domain;
    private readonly List<EventChannelPort> _ports = [];
    private readonly IForeignMapping _slots;
    private readonly IForeignMapping? _ring;

    internal StepwiseModel(SimulatedXen xen, SimulatedDomain domain, BufferedIoreqMode mode = BufferedIoreqMode.Off)
    {
        _xen = xen;
        _domain = domain;
        DmOp.CreateIoreqServer(xen, domain.Id, mode, out var id).OrThrow("create", domain.Id);
        Id = id;
        _slots = xen.ForeignMemory.MapResource(
            domain.Id, XenAbi.XENMEM_resource_ioreq_server, id.Value, 1, (domain.Vcpus.Count + 127) / 128);
        if (mode != BufferedIoreqMode.Off)
            _ring = xen.ForeignMemory.MapResource(domain.Id, XenAbi.XENMEM_resource_ioreq_server, id.Value, 0, 1);
    }

    internal IoreqServerId Id { get; }

    /// <summary>Every request that was served, in order.</summary>
    internal List<ioreq> Served { get; } = [];

    /// <summary>What a request is answered with.</summary>
    internal Func<ioreq, ulong> Answer { get; set; } = static _ => 0;

    internal buffered_iopage* Ring => (buffered_iopage*)_ring!.Address;

    internal bool HasEvents => _xen.Linux.HasEvents;

    internal ioreq* Slot(int vcpu) => (ioreq*)_slots.Address + vcpu;

    internal StepwiseModel Claim(IoSpace space, ulong first, ulong last)
    {
        DmOp.MapIoRange(_xen, _domain.Id, Id, space, first, last).OrThrow("map", _domain.Id);
        return this;
    }

    internal StepwiseModel Start()
    {
        DmOp.SetIoreqServerState(_xen, _domain.Id, Id, enabled: true).OrThrow("enable", _domain.Id);
        foreach (var vcpu in _domain.Vcpus)
            _ports.Add(_xen.EventChannels.BindInterdomain(_domain.Id, new EventChannelPort(Slot(vcpu.Number)->vp_eport)));
        Drain();
        return this;
    }

    /// <summary>Takes the events that wait, and unmasks their ports.</summary>
    internal void Drain()
    {
        foreach (var port in TakeEvents())
            _xen.EventChannels.Unmask(port);
    }

    /// <summary>Takes the events that wait.</summary>
    internal EventChannelPort[] TakeEvents()
    {
        var ports = new EventChannelPort[64];
        return ports[.._xen.EventChannels.Wait(ports, TimeSpan.Zero, CancellationToken.None)];
    }

    internal void Unmask(EventChannelPort port) => _xen.EventChannels.Unmask(port);

    /// <summary>Serves the vCPU of a port, if it has a request.</summary>
    internal void Serve(EventChannelPort port) => Serve(_ports.IndexOf(port));

    /// <summary>Serves a vCPU, if it has a request.</summary>
    internal void Serve(int vcpu)
    {
        if (vcpu < 0 || Slot(vcpu)->state != XenAbi.STATE_IOREQ_READY)
            return;
        Slot(vcpu)->state = (byte)XenAbi.STATE_IOREQ_INPROCESS;
        var request = *Slot(vcpu);
        Served.Add(request);
        Slot(vcpu)->data = Answer(request);
        Slot(vcpu)->state = (byte)XenAbi.STATE_IORESP_READY;
        Notify(vcpu);
    }

    internal void Notify(int vcpu) => _xen.EventChannels.Notify(_ports[vcpu]).OrThrow("notify", _domain.Id);

    /// <summary>Serves until a script has ended.</summary>
    internal IReadOnlyList<ulong> Run(GuestScript script)
    {
        while (!script.RunUntilBlocked())
        {
            Assert.True(HasEvents, "the device model was not told");
            foreach (var port in TakeEvents())
            {
                Unmask(port);
                Serve(port);
            }
        }

        return script.Results;
    }

    public void Dispose()
    {
        foreach (var port in _ports)
            _xen.EventChannels.Unbind(port);
        _slots.Dispose();
        _ring?.Dispose();
    }
}
