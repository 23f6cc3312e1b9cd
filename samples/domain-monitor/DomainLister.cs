using System;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>Finds domains by what Xen lets this one use.</summary>
internal struct DomainLister
{
    // Xen gives numbers in ascending order, and does not go back when domains end: where all were looked for once, new ones
    // are not far behind the highest that there ever was.
    private const uint NewDomains = 256;

    // Once in so many passes, all are looked for: more may have come and gone between two passes than that.
    private const int PassesPerSearch = 16;

    private uint _end;
    private uint _highest;
    private int _passes;

    /// <summary>How.</summary>
    internal DomainSource Source { get; private set; }

    /// <summary>The version of sysctl; 0 if it was not found.</summary>
    internal SysctlInterface Sysctl { get; private set; }

    /// <summary>The version of domctl; 0 if it was not found.</summary>
    internal DomctlInterface Domctl { get; private set; }

    /// <summary>Why sysctl does not list them.</summary>
    internal HypercallResult SysctlResult { get; private set; }

    /// <summary>Why domctl does not.</summary>
    internal HypercallResult DomctlResult { get; private set; }

    /// <summary>Finds out what this domain may use.</summary>
    internal static DomainLister Open<T>(T transport)
        where T : IHypercallTransport, allows ref struct
    {
        var lister = new DomainLister { _end = XenAbi.DOMID_FIRST_RESERVED };
        lister.SysctlResult = SysctlInterface.Probe(transport, out var sysctl);
        lister.DomctlResult = DomctlInterface.Probe(transport, out var domctl);
        lister.Sysctl = sysctl;
        lister.Domctl = domctl;
        if (lister.SysctlResult.IsSuccess && sysctl.IsSupported)
            lister.Source = DomainSource.Sysctl;
        else if (lister.DomctlResult.IsSuccess && domctl.IsSupported)
            lister.Source = DomainSource.Domctl;
        return lister;
    }

    /// <summary>Gives the next domains of a list.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="first">The first number that counts; moved behind those that were looked at.</param>
    /// <param name="page">Gets them.</param>
    /// <param name="count">How many; as long as the page if there may be more.</param>
    internal HypercallResult Next<T>(T transport, ref uint first, Span<DomainInfo> page, out int count)
        where T : IHypercallTransport, allows ref struct
    {
        if (Source == DomainSource.Domctl)
        {
            count = LookFor(transport, ref first, page);
            return default;
        }

        var result = Xen.Sys.Sysctl.GetDomainInfoList(transport, Sysctl, new DomainId((ushort)first), page, out count);
        if (count > 0)
            first = page[count - 1].Id.Value + 1u;
        return result;
    }

    private int LookFor<T>(T transport, ref uint first, Span<DomainInfo> page)
        where T : IHypercallTransport, allows ref struct
    {
        var count = 0;
        while (count < page.Length && first < _end)
        {
            var domain = new DomainId((ushort)first++);
            if (!Xen.Sys.Domctl.GetDomainInfo(transport, Domctl, domain, out page[count]).IsSuccess)
                continue;
            _highest = Math.Max(_highest, domain.Value);
            count++;
        }

        if (first >= _end)
            EndPass();
        return count;
    }

    private void EndPass()
    {
        _passes = (_passes + 1) % PassesPerSearch;
        _end = _passes == 0
            ? XenAbi.DOMID_FIRST_RESERVED
            : Math.Min(_highest + 1 + NewDomains, XenAbi.DOMID_FIRST_RESERVED);
    }
}
