using System;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>The ranges of a domain whose caching is fixed. Used under the domain's gate.</summary>
internal sealed class SimulatedCaching
{
    private readonly HashSet<(ulong First, ulong Last)> _ranges = [];

    internal HypercallResult Pin(in xen_dm_op_pin_memory_cacheattr pin)
    {
        var range = (First: pin.start, Last: pin.end);
        var caching = (MemoryCaching)pin.type;
        if (range.First > range.Last || !Enum.IsDefined(caching))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (caching == MemoryCaching.Delete)
            return _ranges.Remove(range) ? default : HypercallResult.Failure(XenAbi.XEN_ENOENT);

        // Fixing the same range again changes its type, which has no effect here.
        foreach (var other in _ranges)
        {
            if (other != range && other.First <= range.Last && range.First <= other.Last)
                return HypercallResult.Failure(XenAbi.XEN_EBUSY);
        }

        _ranges.Add(range);
        return default;
    }
}
