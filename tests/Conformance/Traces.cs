using System;
using Xen.Sys;

namespace Conformance;

/// <summary>What a device model could leave behind: mappings of other domains, and ports of its own.</summary>
/// <param name="Mappings">What <see cref="IHypervisor.CountMappings"/> counts.</param>
/// <param name="Ports">Ports of this domain that are not closed.</param>
internal readonly record struct Traces(int Mappings, int Ports)
{
    private const uint PortLimit = 4096;

    /// <summary>Counts what is there now, and not about to be collected.</summary>
    internal static Traces Take(IHypervisor xen)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var ports = 0;
        for (uint port = 1; port < PortLimit; port++)
        {
            var result = EventChannelOp.GetStatus(
                xen.Transport, DomainId.Self, new EventChannelPort(port), out var status);
            if (result.Errno == XenAbi.XEN_EINVAL)
                break;
            if (!result.IsSuccess || status.State != EventChannelState.Closed)
                ports++;
        }

        return new Traces(xen.CountMappings(), ports);
    }
}
