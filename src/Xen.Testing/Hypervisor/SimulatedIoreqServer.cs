using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>Xen's side of an IOREQ server. Used under the domain's gate.</summary>
// SAFETY: the pages have a slot for every vCPU of the domain and live as long as this object, which whoever uses a slot
// refers to.
internal sealed unsafe class SimulatedIoreqServer
{
    private readonly List<(IoSpace Space, ulong First, ulong Last)> _ranges = [];
    private readonly SimulatedDomain _domain;
    private readonly ioreq* _slots;
    private readonly EventChannelPort[] _ports;

    internal SimulatedIoreqServer(SimulatedDomain domain, ushort id, bool isBuffered)
    {
        _domain = domain;
        Id = id;
        IsBuffered = isBuffered;
        BufferedPort = isBuffered ? domain.NewPort() : default;
        _ports = new EventChannelPort[domain.Vcpus.Count];
        PageCount = CountPages(domain.Vcpus.Count);

        // SAFETY: whole pages, freed with the object; the device model's mapping holds it.
        _slots = (ioreq*)NativeMemory.AllocZeroed((nuint)PageCount * XenPage.Size);
    }

    // SAFETY: the memory is this object's, and the finalizer runs once.
    ~SimulatedIoreqServer() => NativeMemory.Free(_slots);

    internal ushort Id { get; }

    /// <summary>It was made for buffered requests. No vCPU makes any here, and there is no page for them.</summary>
    internal bool IsBuffered { get; }

    internal EventChannelPort BufferedPort { get; }

    internal int PageCount { get; }

    internal bool IsEnabled { get; private set; }

    internal byte* Address => (byte*)_slots;

    internal static int CountPages(int vcpus) => ((vcpus * sizeof(ioreq)) + XenPage.Size - 1) / XenPage.Size;

    internal ioreq* Slot(int vcpu) => _slots + vcpu;

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

    internal void ClosePorts()
    {
        foreach (var port in _ports)
            _domain.ClosePort(port);
        _domain.ClosePort(BufferedPort);
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
