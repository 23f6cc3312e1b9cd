using System.Collections.Generic;
using Xen.Privcmd;
using Xen.Sys;

namespace HelloHypercall;

/// <summary>One hypercall and its answer, and the domains if Xen tells.</summary>
/// <param name="IsAnswered">Whether Xen answered.</param>
/// <param name="Version">What it answered.</param>
/// <param name="Problem">Why it did not, or why it does not tell the domains; null if nothing is missing.</param>
/// <param name="Domains">The domains; null if Xen does not tell.</param>
internal sealed record Greeting(
    bool IsAnswered, XenVersion Version, string? Problem, IReadOnlyList<DomainInfo>? Domains)
{
    // As many at a time; the list goes on behind the last one.
    private const int Chunk = 64;

    internal static Greeting Exchange(XenHostReport report)
    {
        if (!report.IsUsable)
            return new Greeting(false, default, null, null);
        try
        {
            using var xen = PrivcmdTransport.Open();
            XenVersionOp.GetVersion(xen, out var version).OrThrow("xen_version version");
            return List(xen, report.Sysctl, version);
        }
        catch (XenException error)
        {
            return new Greeting(false, default, error.Message, null);
        }
    }

    private static Greeting List(PrivcmdTransport xen, SysctlInterface sysctl, XenVersion version)
    {
        // Why there is no such interface is among the report's findings.
        if (!sysctl.IsSupported)
            return new Greeting(true, version, null, null);

        var domains = new List<DomainInfo>();
        var chunk = new DomainInfo[Chunk];
        int count;
        do
        {
            var first = domains.Count == 0 ? 0 : domains[^1].Id.Value + 1;
            var result = Sysctl.GetDomainInfoList(xen, sysctl, new DomainId((ushort)first), chunk, out count);
            if (!result.IsSuccess)
            {
                var error = new HypercallException("sysctl getdomaininfolist", result.Errno);
                return new Greeting(true, version, error.Message, null);
            }

            domains.AddRange(chunk[..count]);
        }
        while (count == Chunk);

        return new Greeting(true, version, null, domains);
    }
}
