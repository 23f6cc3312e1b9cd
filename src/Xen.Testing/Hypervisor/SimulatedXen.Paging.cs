using System;
using Xen.Sys;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Xen.Testing.Hypervisor;

/// <content><c>XEN_DOMCTL_shadow_op</c>, of a domain whose memory the hardware translates. Used under its gate.</content>
// SAFETY: callers pass the union of a frame; the bitmap is as long as it says: the caller of the real Xen has to see to it.
public sealed unsafe partial class SimulatedXen
{
    private static HypercallResult OperateOnPaging(SimulatedDomain domain, Sys.V4_17.xen_domctl_shadow_op* request)
    {
        if (domain.Vcpus.Count == 0)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);

        var paging = domain.Paging;
        switch (request->op)
        {
            case V4_17Abi.XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY when !paging.LogsDirtyPages:
                paging.SetLogging(true);
                return default;
            case V4_17Abi.XEN_DOMCTL_SHADOW_OP_OFF:
                paging.SetLogging(false);
                return default;
            case V4_17Abi.XEN_DOMCTL_SHADOW_OP_CLEAN or V4_17Abi.XEN_DOMCTL_SHADOW_OP_PEEK:
                return TellDirtyPages(domain, request);
            case V4_17Abi.XEN_DOMCTL_SHADOW_OP_GET_ALLOCATION:
                request->mb = paging.Allocation;
                return default;
            case V4_17Abi.XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION:
                paging.Allocation = Math.Max(1, request->mb);
                return default;
            default:
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        }
    }

    private static HypercallResult TellDirtyPages(SimulatedDomain domain, Sys.V4_17.xen_domctl_shadow_op* request)
    {
        request->stats = new Sys.V4_17.xen_domctl_shadow_op_stats { dirty_count = (uint)domain.Paging.DirtyCount };
        domain.Paging.Tell(
            request->dirty_bitmap.IsNull ? [] : new Span<byte>(request->dirty_bitmap.Pointer, (int)(request->pages / 8)),
            isCleaned: request->op == V4_17Abi.XEN_DOMCTL_SHADOW_OP_CLEAN);
        request->pages = Math.Min(request->pages, domain.HighestFrame + 1);
        return default;
    }
}
