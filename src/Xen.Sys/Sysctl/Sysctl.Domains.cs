using System;
using Xen.Sys.V4_17;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Sys;

/// <content>The list of domains.</content>
// SAFETY: the frame and the list behind it are ours until they are released; Xen's count is bounded by what fits.
public static unsafe partial class Sysctl
{
    /// <summary>Lists domains in the order of their numbers.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="sysctl">Must be supported.</param>
    /// <param name="first">
    /// The first number that counts. Where the list did not fit, go on at the last one's number plus one: a domain that is
    /// there throughout is in the list exactly once.
    /// </param>
    /// <param name="domains">Gets the domains.</param>
    /// <param name="count">How many were written; as long as the span if there may be more.</param>
    /// <returns>Xen's result. It is asked as often as it takes, each time for what fits a page.</returns>
    /// <remarks><c>XEN_SYSCTL_getdomaininfolist</c>, public/sysctl.h; for tools, so it may change.</remarks>
    public static HypercallResult GetDomainInfoList<T>(
        T transport, SysctlInterface sysctl, DomainId first, Span<DomainInfo> domains, out int count)
        where T : IHypercallTransport, allows ref struct
    {
        count = 0;
        var size = DomainInfoForm.SizeOf(sysctl.Form, sysctl.Architecture);
        var chunk = (XenPage.Size - SysctlFrame.Length) / size;
        var result = SysctlFrame.Acquire(
            transport, sysctl, V4_17Abi.XEN_SYSCTL_getdomaininfolist, chunk * size, out var frame);
        if (!result.IsSuccess)
            return result;

        var list = SysctlFrame.Payload<xen_sysctl_getdomaininfolist>(frame);
        int asked, found;
        do
        {
            asked = Math.Min(chunk, domains.Length - count);
            list->first_domain = first.Value;
            list->max_domains = (uint)asked;
            list->buffer = SysctlFrame.Data(frame);
            result = SysctlCall.Invoke(transport, frame);
            found = result.IsSuccess ? (int)Math.Min(list->num_domains, (uint)asked) : 0;
            for (var i = 0; i < found; i++)
            {
                domains[count++] = DomainInfoForm.Read(
                    SysctlFrame.Data(frame) + (i * size), sysctl.Form, sysctl.Architecture);
            }

            if (found > 0)
                first = new DomainId((ushort)(domains[count - 1].Id.Value + 1));
        }
        while (found == chunk && count < domains.Length);

        transport.ReleaseBuffer(frame);
        if (!result.IsSuccess)
            count = 0;
        return result;
    }
}
