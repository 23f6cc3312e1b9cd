using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Granted pages: unmapped first, forgotten by the driver second.</summary>
internal sealed unsafe class GrantMapping : ForeignMapping
{
    private readonly LinuxGrantTable _table;
    private readonly ulong _index;

    internal GrantMapping(LinuxGrantTable table, ulong index, nint address, int pages, ForeignAccess access)
        : base((byte*)address, pages, access, [])
    {
        _table = table;
        _index = index;
        PrivcmdMeter.GrantMapped.Add((long)pages * XenPage.Size);
    }

    // The base class calls this once, after the last view has ended.
    protected override void Unmap(byte* address, int pageCount)
    {
        if (_table.Unmap(_index, (nint)address, pageCount))
            PrivcmdMeter.GrantMapped.Add(-(long)pageCount * XenPage.Size);
    }
}
