using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>The ranges of one address space that an IOREQ server claims: disjoint, in order, neighbours joined.</summary>
internal sealed class SimulatedIoRanges
{
    /// <summary>How many ranges Xen notes for a server in an address space.</summary>
    internal const int Room = 256;

    private readonly List<(ulong First, ulong Last)> _ranges = [];

    internal IReadOnlyList<(ulong First, ulong Last)> Ranges => _ranges;

    internal bool Contains(ulong first, ulong last) => IndexOf(first, last) >= 0;

    internal HypercallResult Add(ulong first, ulong last)
    {
        var index = 0;
        while (index < _ranges.Count && _ranges[index].Last < first)
            index++;
        if (index < _ranges.Count && _ranges[index].First <= last)
            return HypercallResult.Failure(XenAbi.XEN_EEXIST);

        // A range that continues the one before it needs no room of its own; one that only leads up to the next does,
        // for a moment.
        var continues = index > 0 && _ranges[index - 1].Last + 1 == first;
        if (!continues && _ranges.Count == Room)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        if (continues)
            _ranges[--index] = (_ranges[index].First, last);
        else
            _ranges.Insert(index, (first, last));
        JoinWithNext(index);
        return default;
    }

    internal HypercallResult Remove(ulong first, ulong last)
    {
        var index = IndexOf(first, last);
        if (index < 0)
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);

        var whole = _ranges[index];
        var (left, right) = (whole.First < first, last < whole.Last);
        if (left && right && _ranges.Count == Room)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        _ranges.RemoveAt(index);
        if (right)
            _ranges.Insert(index, (last + 1, whole.Last));
        if (left)
            _ranges.Insert(index, (whole.First, first - 1));
        return default;
    }

    private int IndexOf(ulong first, ulong last) =>
        _ranges.FindIndex(range => range.First <= first && last <= range.Last);

    private void JoinWithNext(int index)
    {
        if (index + 1 == _ranges.Count || _ranges[index].Last + 1 != _ranges[index + 1].First)
            return;
        _ranges[index] = (_ranges[index].First, _ranges[index + 1].Last);
        _ranges.RemoveAt(index + 1);
    }
}
