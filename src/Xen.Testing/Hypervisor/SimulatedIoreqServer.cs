using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Hypervisor;

/// <summary>Xen's side of an IOREQ server. Used under the domain's gate.</summary>
// SAFETY: the pages have a slot for every vCPU of the domain, and are looked at under the domain's gate, while IsGone is
// false.
internal sealed unsafe class SimulatedIoreqServer
{
    private readonly List<(IoSpace Space, ulong First, ulong Last)> _ranges = [];
    private readonly SimulatedDomain _domain;
    private readonly MachineMemory _machine;
    private readonly int _bufferedFrame;
    private readonly int _firstFrame;
    private readonly EventChannelPort[] _ports;

    internal SimulatedIoreqServer(MachineMemory machine, SimulatedDomain domain, ushort id, bool isBuffered)
    {
        _machine = machine;
        _domain = domain;
        Id = id;
        IsBuffered = isBuffered;
        BufferedPort = isBuffered ? domain.NewPort() : default;
        _ports = new EventChannelPort[domain.Vcpus.Count];
        PageCount = CountPages(domain.Vcpus.Count);

        if (!machine.TryAllocate(PageCount, out _firstFrame) || (isBuffered && !machine.TryAllocate(1, out _bufferedFrame)))
            throw new InvalidOperationException("the simulated machine has no page left");
    }

    internal ushort Id { get; }

    /// <summary>It was made for buffered requests. No vCPU makes any here.</summary>
    internal bool IsBuffered { get; }

    internal EventChannelPort BufferedPort { get; }

    internal int PageCount { get; }

    internal bool IsEnabled { get; private set; }

    /// <summary>It was destroyed: its pages are not its any more.</summary>
    internal bool IsGone { get; private set; }

    /// <summary>The machine frame of a page that a device model maps: 0 is the one for buffered requests.</summary>
    /// <returns>0 if there is none.</returns>
    internal int FrameAt(ulong index) => index == 0 ? _bufferedFrame : _firstFrame + (int)index - 1;

    internal static int CountPages(int vcpus) => ((vcpus * sizeof(ioreq)) + XenPage.Size - 1) / XenPage.Size;

    internal ioreq* Slot(int vcpu) => (ioreq*)_machine.Locate(_firstFrame) + vcpu;

    internal EventChannelPort Port(int vcpu) => _ports[vcpu];

    internal SimulatedVcpu? VcpuOf(EventChannelPort port) =>
        _domain.Vcpus.FirstOrDefault(vcpu => _ports[vcpu.Number] == port);

    internal void SetEnabled(bool enabled)
    {
        IsEnabled = enabled;
        foreach (var vcpu in _domain.Vcpus)
        {
            if (enabled && _ports[vcpu.Number] == default)
                _ports[vcpu.Number] = _domain.NewPort();
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
        foreach (var port in _ports)
            _domain.ClosePort(port);
        _domain.ClosePort(BufferedPort);
        for (var i = 0; i < PageCount; i++)
            _machine.Release(_firstFrame + i);
        if (_bufferedFrame != 0)
            _machine.Release(_bufferedFrame);
    }

    internal HypercallResult Map(in xen_dm_op_ioreq_server_range range)
    {
        var (space, first, last) = ((IoSpace)range.type, range.start, range.end);
        if (first > last || space > IoSpace.PciConfiguration)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (_ranges.Exists(other => other.Space == space && other.First <= last && first <= other.Last))
            return HypercallResult.Failure(XenAbi.XEN_EEXIST);
        _ranges.Add((space, first, last));
        return default;
    }

    internal HypercallResult Unmap(in xen_dm_op_ioreq_server_range range)
    {
        var (space, first, last) = ((IoSpace)range.type, range.start, range.end);
        var index = _ranges.FindIndex(other => other.Space == space && other.First <= first && last <= other.Last);
        if (index < 0)
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);

        var whole = _ranges[index];
        _ranges.RemoveAt(index);
        if (whole.First < first)
            _ranges.Add((space, whole.First, first - 1));
        if (last < whole.Last)
            _ranges.Add((space, last + 1, whole.Last));
        return default;
    }

    internal bool Claims(IoSpace space, ulong first, ulong last) =>
        _ranges.Exists(range => range.Space == space && range.First <= first && last <= range.Last);
}
