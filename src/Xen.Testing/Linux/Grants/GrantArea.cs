using System;
using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary>Granted pages in the process's memory.</summary>
internal sealed unsafe class GrantArea : VirtualArea
{
    private readonly SimulatedLinux _linux;
    private readonly GrantMap _map;
    private readonly int _protection;
    private readonly int[] _frames;
    private readonly uint[] _handles;

    private GrantArea(SimulatedLinux linux, GrantMap map, int protection)
    {
        _linux = linux;
        _map = map;
        _protection = protection;
        _frames = new int[map.Grants.Length];
        _handles = new uint[map.Grants.Length];
    }

    internal ulong Index => _map.Index;

    /// <summary>Whose grants it shows.</summary>
    internal bool Shows(DomainId domain) => Array.Exists(_map.Grants, grant => grant.domid == domain.Value);

    /// <summary>Maps all grants, or none.</summary>
    internal static HypercallResult TryCreate(
        SimulatedLinux linux, GrantMap map, int protection, bool isReadOnly, out VirtualArea? area)
    {
        var created = new GrantArea(linux, map, protection);
        area = null;
        for (var i = 0; i < map.Grants.Length; i++)
        {
            var status = linux.GrantCalls.Map(map.Grants[i], isReadOnly, out created._frames[i], out created._handles[i]);
            if (status == GrantStatus.Okay)
                continue;
            for (var done = 0; done < i; done++)
                linux.GrantCalls.Unmap(created._handles[done]);
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        }

        map.Map(isReadOnly);
        area = created;
        return default;
    }

    internal override void Vanish()
    {
        for (var i = 0; i < _frames.Length; i++)
        {
            _map.Notice.Clear(_linux.Xen.MachineMemory, i, _frames[i]);
            _linux.GrantCalls.Unmap(_handles[i]);
        }

        _map.Unmap();
    }

    protected override void Appear(byte* address)
    {
        // SAFETY: the area has a page for each frame.
        for (var i = 0; i < _frames.Length; i++)
            _linux.Xen.MachineMemory.MapAt(address + ((nuint)i << XenPage.Shift), _frames[i], 1, _protection);
    }
}
