using System;
using Xen.Domain;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>A table of all domains that Xen tells about.</summary>
/// <param name="lister">Finds them.</param>
/// <param name="times">What they had run before.</param>
internal ref struct DomainTable(DomainLister lister, CpuTimes times)
{
    // A page of the list at a time: any number of domains in a fixed piece of the stack.
    private const int PageLength = 16;

    private DomainLister _lister = lister;
    private CpuTimes _times = times;

    /// <summary>Prints one.</summary>
    /// <param name="platform">Where to.</param>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="line">An empty line.</param>
    /// <param name="store">Where names come from.</param>
    /// <param name="number">The table's number.</param>
    internal void Print<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, ref ConsoleLine line, ref MonitorStore store, ulong number)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var time = platform.SystemTime;
        _times.Begin(time);
        line.Text.Add("table "u8);
        line.Text.AddDecimal(number);
        line.Text.Add(", Xen runs for "u8);
        line.Text.AddSeconds(time);
        line.Text.Add(" s"u8);
        line.End(ref platform);
        line.Text.Add(DomainRow.Heading);
        line.End(ref platform);

        var total = 0;
        if (_lister.Source == DomainSource.Own)
        {
            var own = OwnDomain.Describe(transport, out var areVcpusTold);
            Print(ref platform, transport, ref line, ref store, own, areVcpusTold);
            total = 1;
        }
        else
        {
            total = PrintAll(ref platform, transport, ref line, ref store);
        }

        line.Text.AddDecimal((ulong)total);
        line.Text.Add(total == 1 ? " domain"u8 : " domains"u8);
        line.End(ref platform);
    }

    private int PrintAll<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, ref ConsoleLine line, ref MonitorStore store)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        Span<DomainInfo> page = stackalloc DomainInfo[PageLength];
        var total = 0;
        uint first = 0;
        int count;
        do
        {
            var result = _lister.Next(transport, ref first, page, out count);
            if (!result.IsSuccess)
            {
                line.BeginMessage();
                line.Text.Add("the list ends with "u8);
                line.Text.AddErrno(result.Errno);
                line.End(ref platform);
            }

            for (var i = 0; i < count; i++)
                Print(ref platform, transport, ref line, ref store, page[i], areVcpusTold: true);
            total += count;
        }
        while (count == page.Length);
        return total;
    }

    private void Print<TPlatform, TTransport>(
        ref TPlatform platform,
        TTransport transport,
        ref ConsoleLine line,
        ref MonitorStore store,
        in DomainInfo info,
        bool areVcpusTold)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        store.TryReadName(ref platform, transport, info.Id, out var name);
        var isComparable = _times.Note(info.Id, info.CpuTime, out var permille);
        DomainRow.Format(ref line.Text, info, name, areVcpusTold, isComparable, permille);
        line.End(ref platform);
    }
}
