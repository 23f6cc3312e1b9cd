using System.Collections.Generic;
using System.Threading;
using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Hypervisor;

/// <summary>A domain's grant table, version 1, in pages; and what the domain maps of others' grants.</summary>
/// <remarks>Used under <see cref="SimulatedXen.GrantGate"/>, but for the guest's own writes to its entries.</remarks>
// SAFETY: entries lie in pages of the table, below EntryCount, and the table holds its pages until it ends.
internal sealed unsafe class SimulatedGrantTable(MachineMemory machine)
{
    private const int EntriesPerPage = XenPage.Size / 8;
    private const int HandlesPerPage = XenPage.Size / 16;

    private readonly List<int> _frames = [];
    private readonly Dictionary<uint, SimulatedGrantMapping> _mappings = [];
    private uint _lowestFree;
    private uint _nextEntry = XenAbi.GNTTAB_NR_RESERVED_ENTRIES;
    private bool _isOver;

    /// <summary>The most pages that the table may have.</summary>
    internal uint MaximumFrames { get; set; } = 64;

    /// <summary>The most pages with which Xen may note what the domain maps.</summary>
    internal uint MaximumMapTrackFrames { get; init; } = 1024;

    /// <summary>Pages that it has; one from the start.</summary>
    internal IReadOnlyList<int> Frames
    {
        get
        {
            if (_frames.Count == 0)
                TryGrow(1);
            return _frames;
        }
    }

    internal uint EntryCount => (uint)(Frames.Count * EntriesPerPage);

    /// <summary>What the domain maps of others, by handle.</summary>
    internal IReadOnlyDictionary<uint, SimulatedGrantMapping> Mappings => _mappings;

    /// <summary>Makes the table longer.</summary>
    /// <returns>False if it may not be, or the machine has no page left.</returns>
    internal bool TryGrow(uint frames)
    {
        if (_isOver || frames > MaximumFrames)
            return false;
        while (_frames.Count < frames)
        {
            if (!machine.TryAllocate(1, out var frame))
                return false;
            _frames.Add(frame);
        }

        return true;
    }

    /// <summary>Where an entry is, which its domain may write at any time.</summary>
    internal grant_entry_v1* Entry(GrantReference reference) =>
        (grant_entry_v1*)machine.Locate(Frames[(int)(reference.Value / EntriesPerPage)])
            + (reference.Value % EntriesPerPage);

    /// <summary>Finds an entry that is not in use, past those that are reserved.</summary>
    internal bool TryFindFree(out GrantReference reference)
    {
        return TryFindFree(_nextEntry, MaximumFrames * EntriesPerPage, out reference)
            || TryFindFree(XenAbi.GNTTAB_NR_RESERVED_ENTRIES, _nextEntry, out reference);
    }

    /// <summary>Notes a mapping.</summary>
    /// <returns>False if there is no room.</returns>
    internal bool TryAdd(SimulatedGrantMapping mapping, out uint handle)
    {
        while (_mappings.ContainsKey(_lowestFree))
            _lowestFree++;
        handle = _lowestFree;
        return handle < MaximumMapTrackFrames * HandlesPerPage && _mappings.TryAdd(handle, mapping);
    }

    internal bool TryRemove(uint handle, out SimulatedGrantMapping mapping)
    {
        var isThere = _mappings.Remove(handle, out mapping);
        if (isThere && handle < _lowestFree)
            _lowestFree = handle;
        return isThere;
    }

    /// <summary>The domain is gone.</summary>
    internal void End()
    {
        machine.Release(_frames.ToArray());
        _frames.Clear();
        _isOver = true;
    }

    private bool TryFindFree(uint first, uint end, out GrantReference reference)
    {
        for (var number = first; number < end; number++)
        {
            reference = new GrantReference(number);
            if (number >= EntryCount && !TryGrow((uint)_frames.Count + 1))
                break;
            if (Volatile.Read(ref Entry(reference)->flags) != 0)
                continue;
            _nextEntry = number + 1;
            return true;
        }

        reference = default;
        return false;
    }
}
