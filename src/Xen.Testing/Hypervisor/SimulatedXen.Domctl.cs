using System;
using System.Linq;
using Xen.Sys;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Testing.Hypervisor;

/// <content>domctl. What the operations here use of it is alike in all versions, except for domain descriptions.</content>
// SAFETY: the argument points to a structure as large as xen_domctl, which every version and architecture has at one size,
// and what that points to is as long as it says: the caller of the real Xen has to see to the same.
public sealed unsafe partial class SimulatedXen
{
    private const int DomctlPayloadOffset = 16;

    private HypercallResult Domctl(void* argument)
    {
        var operation = (Sys.V4_17.X86_64.xen_domctl*)argument;
        if (operation->interface_version != DomctlVersion)
            return HypercallResult.Failure(XenAbi.XEN_EACCES);

        var id = new DomainId(operation->domain);
        var payload = (byte*)argument + DomctlPayloadOffset;
        if (operation->cmd == V4_17Abi.XEN_DOMCTL_getdomaininfo)
            return DescribeFrom(id, payload);
        if (id.Value == 0)
            return OperateOnDomain0(operation->cmd);
        if (Find(id) is not { } domain)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);

        switch (operation->cmd)
        {
            case V4_17Abi.XEN_DOMCTL_pausedomain:
                return domain.Pause();
            case V4_17Abi.XEN_DOMCTL_unpausedomain:
                return domain.Unpause();
            case V4_17Abi.XEN_DOMCTL_destroydomain:
                domain.Destroy();
                return default;
            case V4_17Abi.XEN_DOMCTL_max_mem:
                domain.LimitMemory(((Sys.V4_17.xen_domctl_max_mem*)payload)->max_memkb);
                return default;
            case V4_17Abi.XEN_DOMCTL_gethvmcontext:
                return SaveContext((Sys.V4_17.xen_domctl_hvmcontext*)payload);
            default:
                return HypercallResult.Failure(XenAbi.XEN_ENOSYS);
        }
    }

    // The caller's own domain: it cannot stop or end itself. It is a PV domain.
    private static HypercallResult OperateOnDomain0(uint command) => HypercallResult.Failure(command switch
    {
        V4_17Abi.XEN_DOMCTL_pausedomain or V4_17Abi.XEN_DOMCTL_unpausedomain
            or V4_17Abi.XEN_DOMCTL_destroydomain or V4_17Abi.XEN_DOMCTL_gethvmcontext => XenAbi.XEN_EINVAL,
        _ => XenAbi.XEN_ENOSYS,
    });

    // As the real one does: a number without a domain describes the next domain there is.
    private HypercallResult DescribeFrom(DomainId id, byte* payload)
    {
        var isOldForm = DomctlVersion == Sys.V4_14.XenAbi.XEN_DOMCTL_INTERFACE_VERSION;
        if (id.Value == 0)
        {
            DescribeDomain0(payload, isOldForm);
            return default;
        }

        var found = Find(id) ?? _domains.Values.Where(d => d.Id.Value > id.Value).MinBy(d => d.Id.Value);
        if (found is null)
            return HypercallResult.Failure(XenAbi.XEN_ESRCH);
        Describe(found, payload, isOldForm);
        return default;
    }

    private static HypercallResult SaveContext(Sys.V4_17.xen_domctl_hvmcontext* context)
    {
        var saved = SavedContext;
        if (!context->buffer.IsNull)
        {
            if (context->size < (uint)saved.Length)
                return HypercallResult.Failure(XenAbi.XEN_ENOSPC);
            saved.CopyTo(new Span<byte>(context->buffer.Pointer, saved.Length));
        }

        context->size = (uint)saved.Length;
        return default;
    }

    // A context without a vCPU: the header of public/hvm/save.h (type 1, instance 0, 24 bytes) and the end (type 0).
    private static ReadOnlySpan<byte> SavedContext =>
    [
        1, 0, 0, 0, 24, 0, 0, 0,
        0x86, 0x12, 0x38, 0x54, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0,
    ];
}
