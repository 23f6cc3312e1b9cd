using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Linux;

/// <summary>The areas that drivers have filled, by address. Used under the kernel's gate.</summary>
internal sealed class AddressSpace
{
    private readonly SortedList<nuint, VirtualArea> _areas = [];

    internal IEnumerable<VirtualArea> Areas => _areas.Values;

    /// <summary>The first area that ends behind an address.</summary>
    internal VirtualArea? Find(nuint address)
    {
        var index = FirstEndingBehind(address);
        return index < _areas.Count ? _areas.Values[index] : null;
    }

    internal void Add(VirtualArea area) => _areas.Add(area.Start, area);

    /// <summary>Whether a range may be unmapped: most areas go as a whole only.</summary>
    internal HypercallResult CheckRemoval(nuint start, nuint length)
    {
        for (var i = FirstEndingBehind(start); i < _areas.Count && _areas.Values[i].Start < start + length; i++)
        {
            var area = _areas.Values[i];
            if ((area.Start < start || area.End > start + length) && !area.MaySplit)
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        }

        return default;
    }

    /// <summary>A range has been unmapped.</summary>
    internal void Remove(nuint start, nuint length)
    {
        var (index, end) = (FirstEndingBehind(start), start + length);
        while (index < _areas.Count && _areas.Values[index].Start < end)
        {
            var area = _areas.Values[index];
            _areas.RemoveAt(index);
            if (area.Start >= start && area.End <= end)
                area.Vanish();
            else
                index += Keep(area, start, end);
        }
    }

    private int Keep(VirtualArea area, nuint start, nuint end)
    {
        var (areaStart, areaEnd, kept) = (area.Start, area.End, 0);
        if (areaStart < start)
        {
            area.Shrink(areaStart, start);
            _areas.Add(areaStart, area);
            kept++;
        }

        if (areaEnd > end)
        {
            var rest = kept == 0 ? area : area.Remainder();
            rest.Shrink(end, areaEnd);
            _areas.Add(end, rest);
            kept++;
        }

        return kept;
    }

    private int FirstEndingBehind(nuint address)
    {
        var (low, high) = (0, _areas.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_areas.Values[middle].End > address)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
