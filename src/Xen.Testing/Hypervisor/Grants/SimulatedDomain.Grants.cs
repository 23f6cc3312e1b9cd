using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>What its guest grants to others.</content>
// SAFETY: entries lie in pages of the table, which the domain holds while it lives.
public sealed partial class SimulatedDomain
{
    internal SimulatedGrantTable Grants { get; }

    /// <summary>Its guest lets a domain map one of its pages.</summary>
    /// <param name="frame">The guest frame number. That there is a page shows when it is mapped.</param>
    /// <param name="to">The domain.</param>
    /// <param name="isReadOnly">It may read only.</param>
    /// <returns>What to tell that domain.</returns>
    /// <exception cref="HypercallException">ENOSPC: the table is full, or the domain is gone.</exception>
    public unsafe GrantReference Grant(ulong frame, DomainId to, bool isReadOnly = false)
    {
        lock (_xen.GrantGate)
        {
            if (!Grants.TryFindFree(out var reference))
                throw new HypercallException("granting a page", XenAbi.XEN_ENOSPC, Id);
            var entry = Grants.Entry(reference);
            entry->domid = to.Value;
            entry->frame = (uint)frame;
            var flags = XenAbi.GTF_permit_access | (isReadOnly ? XenAbi.GTF_readonly : 0);
            Volatile.Write(ref entry->flags, (ushort)flags);
            return reference;
        }
    }

    /// <summary>Its guest takes a grant back.</summary>
    /// <param name="reference">What <see cref="Grant"/> returned.</param>
    /// <returns>False if the page is mapped: the grant stays.</returns>
    public unsafe bool TryRevoke(GrantReference reference)
    {
        lock (_xen.GrantGate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(reference.Value, Grants.EntryCount);
            var entry = Grants.Entry(reference);
            if ((entry->flags & (XenAbi.GTF_reading | XenAbi.GTF_writing)) != 0)
                return false;
            Volatile.Write(ref entry->flags, 0);
            return true;
        }
    }

    /// <summary>Its guest has Xen copy from a page that another domain grants.</summary>
    /// <param name="granter">That domain.</param>
    /// <param name="reference">Its grant.</param>
    /// <param name="target">Where the page goes; at most a page.</param>
    /// <returns>What Xen answers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">That is more than a page.</exception>
    public unsafe GrantStatus ReadGrant(DomainId granter, GrantReference reference, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Length, XenPage.Size);
        lock (_xen.GrantGate)
        {
            var caller = new Caller(Id, IsPrivileged: false);
            var status = _xen.MapGrant(caller, granter, reference, isReadOnly: true, out var frame, out var handle);
            if (status != GrantStatus.Okay)
                return status;
            new ReadOnlySpan<byte>(_xen.MachineMemory.Locate(frame), target.Length).CopyTo(target);
            return _xen.UnmapGrant(caller, handle);
        }
    }

    /// <summary>Its guest writes into a page that another domain grants.</summary>
    /// <param name="granter">That domain.</param>
    /// <param name="reference">Its grant, not a read-only one.</param>
    /// <param name="source">What is written, from the start of the page; at most a page.</param>
    /// <returns>What Xen answers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">That is more than a page.</exception>
    public unsafe GrantStatus WriteGrant(DomainId granter, GrantReference reference, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, XenPage.Size);
        lock (_xen.GrantGate)
        {
            var caller = new Caller(Id, IsPrivileged: false);
            var status = _xen.MapGrant(caller, granter, reference, isReadOnly: false, out var frame, out var handle);
            if (status != GrantStatus.Okay)
                return status;
            source.CopyTo(new Span<byte>(_xen.MachineMemory.Locate(frame), XenPage.Size));
            return _xen.UnmapGrant(caller, handle);
        }
    }
}
