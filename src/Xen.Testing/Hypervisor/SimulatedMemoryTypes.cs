using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>How Xen treats the pages of a domain. Used under the domain's gate.</summary>
internal sealed class SimulatedMemoryTypes(SimulatedDomain domain)
{
    private readonly Dictionary<ulong, GuestMemoryType> _types = [];
    private ushort? _owner;

    internal GuestMemoryType Get(ulong frame) =>
        domain.HasFrame(frame) ? _types.GetValueOrDefault(frame, GuestMemoryType.Ram) : GuestMemoryType.DeviceModel;

    internal HypercallResult Set(in xen_dm_op_set_mem_type set)
    {
        var type = (GuestMemoryType)set.mem_type;
        var last = set.first_pfn + set.nr - 1;
        if (set.nr == 0 || last < set.first_pfn || last >= (ulong)domain.FrameCount)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (type > GuestMemoryType.IoreqServer || (ushort)type == XenAbi.HVMMEM_unused)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (type == GuestMemoryType.IoreqServer && _owner is null)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);

        for (var frame = set.first_pfn; frame <= last; frame++)
        {
            if (!MayChange(Get(frame), type))
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            _types[frame] = type;
        }

        return default;
    }

    internal HypercallResult Claim(SimulatedIoreqServer server, MemoryTypeAccess access)
    {
        if (access == MemoryTypeAccess.None)
        {
            if (_owner != server.Id)
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            Release(server.Id);
            return default;
        }

        if (_owner is not null)
            return HypercallResult.Failure(XenAbi.XEN_EBUSY);
        _owner = server.Id;
        return default;
    }

    /// <summary>A server gives its type up, if it has one: the pages are memory as all others.</summary>
    internal void Release(ushort id)
    {
        if (_owner != id)
            return;
        _owner = null;
        foreach (var (frame, type) in _types)
        {
            if (type == GuestMemoryType.IoreqServer)
                _types[frame] = GuestMemoryType.Ram;
        }
    }

    private static bool MayChange(GuestMemoryType old, GuestMemoryType type)
    {
        if (type == GuestMemoryType.IoreqServer)
            return old == GuestMemoryType.Ram;
        if (old == GuestMemoryType.IoreqServer)
            return type == GuestMemoryType.Ram;
        return old != GuestMemoryType.DeviceModel || type == GuestMemoryType.DeviceModel;
    }
}
