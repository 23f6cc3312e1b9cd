using System.Collections.Generic;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary>What a kernel grants: the entries of its domain's table that are in use. Used under the kernel's gate.</summary>
// SAFETY: entries lie in pages of the table, which the domain keeps while it lives.
internal sealed unsafe class OwnGrants(SimulatedLinux linux)
{
    private const uint EntriesPerPage = XenPage.Size / 8;

    private readonly SortedSet<uint> _free = [];
    private ulong[] _frames = [];

    /// <summary>Grants a page.</summary>
    /// <returns>False if the table is full.</returns>
    internal bool TryGrant(DomainId domain, uint number, bool isWritable, out uint reference)
    {
        reference = _free.Min;
        if (_free.Count == 0 && !TryGrow(out reference))
            return false;
        _free.Remove(reference);
        var entry = Entry(reference);
        entry->domid = domain.Value;
        entry->frame = number;
        var flags = XenAbi.GTF_permit_access | (isWritable ? 0 : XenAbi.GTF_readonly);
        Volatile.Write(ref entry->flags, (ushort)flags);
        return true;
    }

    /// <summary>Takes a grant back.</summary>
    /// <returns>False if the page is mapped.</returns>
    internal bool TryEnd(uint reference)
    {
        var entry = Entry(reference);
        if ((Volatile.Read(ref entry->flags) & (XenAbi.GTF_reading | XenAbi.GTF_writing)) != 0)
            return false;
        Volatile.Write(ref entry->flags, 0);
        _free.Add(reference);
        return true;
    }

    private bool TryGrow(out uint reference)
    {
        var longer = new ulong[_frames.Length + 1];
        var first = (uint)_frames.Length * EntriesPerPage;
        reference = first == 0 ? (uint)XenAbi.GNTTAB_NR_RESERVED_ENTRIES : first;
        if (!linux.GrantCalls.TrySetUp(longer))
            return false;
        _frames = longer;
        for (var i = reference; i < first + EntriesPerPage; i++)
        {
            // The guest's part of a domain may have granted pages by other ways.
            if (Volatile.Read(ref Entry(i)->flags) == 0)
                _free.Add(i);
        }

        reference = _free.Min;
        return _free.Count != 0;
    }

    private grant_entry_v1* Entry(uint reference) =>
        (grant_entry_v1*)linux.Xen.MachineMemory.Locate((int)_frames[reference / EntriesPerPage])
            + (reference % EntriesPerPage);
}
