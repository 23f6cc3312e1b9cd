using System;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Domains that are made by domctl. All forms of the configuration begin as 4.14's on x86 does.</content>
// SAFETY: callers pass the union of a frame, which is larger than any form of the configuration.
public sealed unsafe partial class SimulatedXen
{
    private readonly System.Threading.Lock _creation = new();

    private HypercallResult Create(ref ushort id, Sys.V4_14.X86_64.xen_domctl_createdomain* configuration)
    {
        if (configuration->max_vcpus == 0)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        lock (_creation)
        {
            var requested = new DomainId(id);
            if (IsReservedOrNone(requested))
                requested = new DomainId((ushort)Enumerable.Range(1, int.MaxValue).First(free => !Exists(new DomainId((ushort)free))));
            else if (Exists(requested))
                return HypercallResult.Failure(XenAbi.XEN_EEXIST);

            var handle = new Guid(configuration->handle.AsSpan(), bigEndian: true);
            _domains[requested] = SimulatedDomain.Unfurnished(this, requested, handle, configuration->max_vcpus);
            id = requested.Value;
            return default;
        }
    }

    private static bool IsReservedOrNone(DomainId id) => id.Value == 0 || id.Value >= XenAbi.DOMID_FIRST_RESERVED;
}
