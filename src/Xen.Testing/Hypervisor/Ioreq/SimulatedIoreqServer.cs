using System;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Hypervisor;

/// <summary>Xen's side of an IOREQ server. Used under the domain's gate.</summary>
// SAFETY: the pages have a slot for every vCPU that was announced, and are looked at under the domain's gate, while IsGone is
// false.
internal sealed unsafe class SimulatedIoreqServer
{
    private const int SlotsPerPage = XenPage.Size / 32;

    private readonly SimulatedDomain _domain;
    private readonly MachineMemory _machine;
    private readonly SimulatedIoRanges[] _ranges = [new(), new(), new()];
    private readonly EventChannelPort[] _ports;

    // The first is the ring of buffered requests, 0 if there is none; the slots follow.
    private readonly int[] _frames;

    private SimulatedIoreqServer(
        MachineMemory machine,
        SimulatedDomain domain,
        ushort id,
        DomainId creator,
        BufferedIoreqMode mode,
        int[] frames)
    {
        _machine = machine;
        _domain = domain;
        Id = id;
        Creator = creator;
        Mode = mode;
        _frames = frames;
        _ports = new EventChannelPort[domain.MaximumVcpus];
    }

    internal ushort Id { get; }

    /// <summary>The domain whose device model made it; no other may operate it.</summary>
    internal DomainId Creator { get; }

    internal BufferedIoreqMode Mode { get; }

    internal bool IsBuffered => Mode != BufferedIoreqMode.Off;

    /// <summary>The port of the ring; none before there is a first vCPU.</summary>
    internal EventChannelPort BufferedPort { get; private set; }

    /// <summary>Pages with the vCPUs' slots.</summary>
    internal int PageCount => _frames.Length - 1;

    internal bool IsEnabled { get; private set; }

    /// <summary>It was destroyed: its pages are not its any more.</summary>
    internal bool IsGone { get; private set; }

    /// <summary>Its pages have been taken as a resource: they have no frames in the domain any more.</summary>
    internal bool IsMappedAsResource { get; private set; }

    /// <summary>Where its pages are in the domain's address space, if they are there; the ring first.</summary>
    internal (ulong Ring, ulong Slots)? Place { get; private set; }

    /// <summary>Makes a server, disabled and without ranges.</summary>
    /// <returns>ENOSPC if the domain has not enough ports left, ENOMEM if the machine has no page left.</returns>
    internal static HypercallResult Make(
        MachineMemory machine,
        SimulatedDomain domain,
        ushort id,
        DomainId creator,
        BufferedIoreqMode mode,
        out SimulatedIoreqServer? server)
    {
        server = null;
        var frames = new int[1 + CountPages(domain.MaximumVcpus)];
        for (var i = mode == BufferedIoreqMode.Off ? 1 : 0; i < frames.Length; i++)
        {
            if (machine.TryAllocate(1, out frames[i]))
                continue;
            machine.Release(Array.FindAll(frames, static frame => frame != 0));
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        }

        var made = new SimulatedIoreqServer(machine, domain, id, creator, mode, frames);
        foreach (var vcpu in domain.Vcpus)
        {
            if (made.TryAddVcpu(vcpu))
                continue;
            made.End();
            return HypercallResult.Failure(XenAbi.XEN_ENOSPC);
        }

        server = made;
        return default;
    }

    /// <summary>Makes the port of a vCPU, and after that of the first one the port of the ring.</summary>
    /// <returns>False if the domain has not enough ports left.</returns>
    internal bool TryAddVcpu(SimulatedVcpu vcpu)
    {
        _ports[vcpu.Number] = _domain.NewPort(Creator, vcpu.Notified);
        var hasRing = vcpu.Number == 0 && IsBuffered;
        if (hasRing)
            BufferedPort = _domain.NewPort(Creator, null);
        if (_ports[vcpu.Number] == default || (hasRing && BufferedPort == default))
        {
            RemoveVcpu(vcpu);
            return false;
        }

        if (IsEnabled)
            Slot(vcpu.Number)->vp_eport = _ports[vcpu.Number].Value;
        return true;
    }

    /// <summary>Gives the ports of a vCPU back that never ran.</summary>
    internal void RemoveVcpu(SimulatedVcpu vcpu)
    {
        ClosePort(ref _ports[vcpu.Number]);
        if (vcpu.Number != 0)
            return;
        var ring = BufferedPort;
        ClosePort(ref ring);
        BufferedPort = ring;
    }

    /// <summary>A device model takes its pages, unless they are in the domain's address space.</summary>
    internal void TakeAsResource() => IsMappedAsResource |= Place is null;

    internal static int CountPages(uint vcpus) => (int)((vcpus + SlotsPerPage - 1) / SlotsPerPage);

    /// <summary>The machine frame of a page that a device model maps: 0 is the one for buffered requests.</summary>
    /// <returns>0 if there is none.</returns>
    internal int FrameAt(ulong index) => _frames[index];

    internal ioreq* Slot(int vcpu) =>
        (ioreq*)_machine.Locate(_frames[1 + (vcpu / SlotsPerPage)]) + (vcpu % SlotsPerPage);

    /// <summary>Puts its pages where the toolstack set pages of the domain aside.</summary>
    /// <param name="slots">Where, and the page that is there, held for this.</param>
    /// <param name="ring">The same, of the ring.</param>
    internal void PutAt((ulong Gfn, int Frame) slots, (ulong Gfn, int Frame) ring)
    {
        Place = (ring.Gfn, slots.Gfn);
        Replace(1, slots.Frame);
        if (ring.Frame != 0)
            Replace(0, ring.Frame);
    }

    internal EventChannelPort Port(int vcpu) => _ports[vcpu];

    internal void SetEnabled(bool enabled)
    {
        if (enabled == IsEnabled)
            return;
        IsEnabled = enabled;
        foreach (var vcpu in _domain.Vcpus)
        {
            if (enabled)
                Slot(vcpu.Number)->vp_eport = _ports[vcpu.Number].Value;
            else
                vcpu.Abandon(this);
        }
    }

    /// <summary>Gives ports and pages back.</summary>
    internal void End()
    {
        SetEnabled(false);
        IsGone = true;
        foreach (var vcpu in _domain.Vcpus)
            RemoveVcpu(vcpu);
        _machine.Release(Array.FindAll(_frames, static frame => frame != 0));
    }

    internal SimulatedIoRanges? RangesOf(uint space) => space < (uint)_ranges.Length ? _ranges[space] : null;

    internal bool Claims(IoSpace space, ulong first, ulong last) => _ranges[(int)space].Contains(first, last);

    /// <summary>Sends a request without waiting for an answer.</summary>
    /// <returns>False if that cannot be: no ring, a full one, or a request that does not fit.</returns>
    internal bool TrySendBuffered(in ioreq request)
    {
        if (!IsBuffered || !new BufferedIoreqPage((buffered_iopage*)_machine.Locate(_frames[0])).TryAdd(
            request, Mode == BufferedIoreqMode.Atomic))
            return false;
        _domain.Signal(BufferedPort);
        return true;
    }

    /// <summary>Puts a request into a vCPU's slot. The port is signalled by the caller.</summary>
    /// <exception cref="IoreqProtocolException">The device model left the slot in disorder.</exception>
    internal void Fill(SimulatedVcpu vcpu, ioreq request)
    {
        var slot = Slot(vcpu.Number);
        var port = _ports[vcpu.Number].Value;
        if (slot->state != XenAbi.STATE_IOREQ_NONE)
        {
            throw new IoreqProtocolException(
                $"the slot of vCPU {vcpu.Number} is in state {slot->state} before a request");
        }

        CheckPort(vcpu, slot->vp_eport);
        request.vp_eport = port;
        request.state = (byte)XenAbi.STATE_IOREQ_NONE;
        *slot = request;
        Thread.MemoryBarrier();
        slot->state = (byte)XenAbi.STATE_IOREQ_READY;
    }

    /// <summary>Copies a vCPU's slot; an empty one of a server that is gone.</summary>
    /// <exception cref="IoreqProtocolException">The port is not the vCPU's any more.</exception>
    internal ioreq Look(SimulatedVcpu vcpu)
    {
        if (IsGone)
            return default;
        var seen = *Slot(vcpu.Number);
        CheckPort(vcpu, seen.vp_eport);
        return seen;
    }

    /// <summary>Makes a vCPU's slot free for its next request.</summary>
    internal void Clear(SimulatedVcpu vcpu) => Slot(vcpu.Number)->state = (byte)XenAbi.STATE_IOREQ_NONE;

    // Xen itself looks at the port before the next request.
    private void CheckPort(SimulatedVcpu vcpu, uint port)
    {
        if (port != _ports[vcpu.Number].Value)
            throw new IoreqProtocolException($"the device model changed the port of vCPU {vcpu.Number} to {port}");
    }

    private void ClosePort(ref EventChannelPort port)
    {
        if (port != default)
            _domain.ClosePort(port);
        port = default;
    }

    private void Replace(int index, int frame)
    {
        _machine.Release(_frames[index]);
        _frames[index] = frame;
    }
}
