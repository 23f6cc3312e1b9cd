using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Maps, unmaps and copies what domains grant.</content>
// SAFETY: an argument points to the structure of the operation until the call returns. Entries and pages are held while
// they are looked at.
public sealed unsafe partial class SimulatedXen
{
    /// <summary>
    /// The address of the page on the bus is told always: there is no kernel here whose page tables Xen would write, so
    /// that this is how the caller finds the page.
    /// </summary>
    private GrantStatus Map(Caller caller, gnttab_map_grant_ref* map)
    {
        if ((map->flags & (XenAbi.GNTMAP_host_map | XenAbi.GNTMAP_device_map)) == 0)
            return GrantStatus.BadGrantReference;
        var status = MapGrant(
            caller,
            Named(caller, map->dom),
            new GrantReference(map->@ref),
            (map->flags & XenAbi.GNTMAP_readonly) != 0,
            out var frame,
            out var handle);
        if (status != GrantStatus.Okay)
            return status;
        map->handle = handle;
        map->dev_bus_addr = (ulong)frame << XenPage.Shift;
        return status;
    }

    /// <summary>Maps a grant. Used under <see cref="GrantGate"/>.</summary>
    internal GrantStatus MapGrant(
        Caller caller, DomainId granter, GrantReference reference, bool isReadOnly, out int frame, out uint handle)
    {
        (frame, handle) = (0, 0);
        if (GrantsOf(caller.Domain) is not { } own || GrantsOf(granter) is null)
            return GrantStatus.BadDomain;
        var status = Pin(caller, granter, reference, isReadOnly, out frame);
        if (status != GrantStatus.Okay)
            return status;
        var mapping = new SimulatedGrantMapping(Find(granter), reference, frame, isReadOnly);
        if (own.TryAdd(mapping, out handle))
            return GrantStatus.Okay;
        Unpin(mapping);
        return GrantStatus.NoDeviceSpace;
    }

    /// <summary>Ends a mapping. Used under <see cref="GrantGate"/>.</summary>
    internal GrantStatus UnmapGrant(Caller caller, uint handle)
    {
        if (GrantsOf(caller.Domain) is not { } own || !own.TryRemove(handle, out var mapping))
            return GrantStatus.BadHandle;
        Unpin(mapping);
        return GrantStatus.Okay;
    }

    /// <summary>A domain dies: it maps nothing any more.</summary>
    internal void UnmapGrants(SimulatedDomain domain)
    {
        lock (GrantGate)
        {
            foreach (var handle in domain.Grants.Mappings.Keys)
                UnmapGrant(new Caller(domain.Id, IsPrivileged: false), handle);
        }
    }

    private GrantStatus Pin(
        Caller caller, DomainId granter, GrantReference reference, bool isReadOnly, out int frame)
    {
        frame = 0;
        var table = GrantsOf(granter)!;
        if (reference.Value >= table.EntryCount)
            return GrantStatus.BadGrantReference;

        var entry = table.Entry(reference);
        var flags = Volatile.Read(ref entry->flags);
        if ((flags & XenAbi.GTF_type_mask) != XenAbi.GTF_permit_access || entry->domid != caller.Domain.Value)
            return GrantStatus.GeneralError;
        if (!isReadOnly && (flags & XenAbi.GTF_readonly) != 0)
            return GrantStatus.GeneralError;
        var status = Hold(granter, entry->frame, out frame);
        if (status == GrantStatus.Okay)
            entry->flags |= (ushort)(isReadOnly ? XenAbi.GTF_reading : XenAbi.GTF_reading | XenAbi.GTF_writing);
        return status;
    }

    private GrantStatus Hold(DomainId granter, ulong gfn, out int frame)
    {
        frame = (int)gfn;
        if (Find(granter) is { } domain)
        {
            return domain.TryMap(gfn, out frame) switch
            {
                0 => GrantStatus.Okay,
                XenAbi.XEN_ENOENT => GrantStatus.TryAgain,
                _ => GrantStatus.BadPage,
            };
        }

        if (gfn == 0 || gfn >= (ulong)MachineMemory.FrameCount || MachineMemory.CountReferences(frame) == 0)
            return GrantStatus.BadPage;
        MachineMemory.Hold(frame);
        return GrantStatus.Okay;
    }

    private void Unpin(SimulatedGrantMapping mapping)
    {
        var table = mapping.Granter?.Grants ?? ControlGrants;
        var others = CountPins(mapping.Granter, mapping.Reference);
        var entry = table.Entry(mapping.Reference);
        if (others.Writers == 0)
            entry->flags &= unchecked((ushort)~XenAbi.GTF_writing);
        if (others.Readers == 0)
            entry->flags &= unchecked((ushort)~XenAbi.GTF_reading);
        if (mapping.Granter is { } domain)
            domain.Unmapped([mapping.Frame]);
        else
            MachineMemory.Release(mapping.Frame);
    }

    private (int Readers, int Writers) CountPins(SimulatedDomain? granter, GrantReference reference)
    {
        var (readers, writers) = (0, 0);
        Count(ControlGrants);
        foreach (var domain in _domains.Values)
            Count(domain.Grants);
        return (readers, writers);

        void Count(SimulatedGrantTable table)
        {
            foreach (var mapping in table.Mappings.Values)
            {
                if (mapping.Granter != granter || mapping.Reference != reference)
                    continue;
                readers++;
                writers += mapping.IsReadOnly ? 0 : 1;
            }
        }
    }

    private GrantStatus Copy(Caller caller, in gnttab_copy copy)
    {
        if (copy.source.offset + copy.len > XenPage.Size || copy.dest.offset + copy.len > XenPage.Size)
            return GrantStatus.BadCopyArgument;
        var status = Claim(caller, copy.source, (copy.flags & XenAbi.GNTCOPY_source_gref) != 0, true, out var source);
        if (status != GrantStatus.Okay)
            return status;
        status = Claim(caller, copy.dest, (copy.flags & XenAbi.GNTCOPY_dest_gref) != 0, false, out var target);
        if (status == GrantStatus.Okay)
        {
            Buffer.MemoryCopy(
                MachineMemory.Locate(source.Frame) + copy.source.offset,
                MachineMemory.Locate(target.Frame) + copy.dest.offset,
                copy.len,
                copy.len);
            Unclaim(target, (copy.flags & XenAbi.GNTCOPY_dest_gref) != 0);
        }

        Unclaim(source, (copy.flags & XenAbi.GNTCOPY_source_gref) != 0);
        return status;
    }

    private GrantStatus Claim(
        Caller caller, in gnttab_copy_ptr end, bool isGrant, bool isReadOnly, out SimulatedGrantMapping held)
    {
        held = default;
        var domain = Named(caller, end.domid);
        if (!isGrant && domain != caller.Domain)
            return GrantStatus.PermissionDenied;
        if (GrantsOf(domain) is null)
            return GrantStatus.BadDomain;
        var reference = isGrant ? new GrantReference(end.u.@ref) : default;
        var status = isGrant
            ? Pin(caller, domain, reference, isReadOnly, out var frame)
            : Hold(domain, end.u.gmfn, out frame);
        held = new SimulatedGrantMapping(Find(domain), reference, frame, isReadOnly);
        return status;
    }

    private void Unclaim(SimulatedGrantMapping held, bool isGrant)
    {
        if (isGrant)
            Unpin(held);
        else if (held.Granter is { } domain)
            domain.Unmapped([held.Frame]);
        else
            MachineMemory.Release(held.Frame);
    }
}
