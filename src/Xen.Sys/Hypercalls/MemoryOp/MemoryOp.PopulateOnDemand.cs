namespace Xen.Sys;

/// <content>Memory that is given to a guest when it first touches it (x86 HVM and PVH).</content>
public static partial class MemoryOp
{
    /// <summary>Asks how far a domain's memory is populated.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="target">The numbers, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL for a PV domain; ENOSYS on Arm; ESRCH no such domain; EPERM not privileged over it; ENOMEM
    /// if the transport has no buffer left.
    /// </returns>
    /// <remarks><c>XENMEM_get_pod_target</c>, public/memory.h; stable.</remarks>
    public static HypercallResult GetPodTarget<T>(T transport, DomainId domain, out PodTarget target)
        where T : IHypercallTransport, allows ref struct
    {
        var pod = new xen_pod_target { domid = domain.Value };
        return Pod(transport, XenAbi.XENMEM_get_pod_target, ref pod, out target);
    }

    /// <summary>Sets how much memory a domain is to have.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="pages">Pages of 4 KiB, those that are populated already included.</param>
    /// <param name="target">The numbers afterwards, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL for a PV domain, or more than the domain may have; ENOMEM if the machine has not that much
    /// (or the transport no buffer); ENOSYS on Arm; ESRCH no such domain; EPERM not privileged over it. A domain that
    /// does not populate on demand has it as a success without effect.
    /// </returns>
    /// <remarks><c>XENMEM_set_pod_target</c>, public/memory.h; stable.</remarks>
    public static HypercallResult SetPodTarget<T>(T transport, DomainId domain, ulong pages, out PodTarget target)
        where T : IHypercallTransport, allows ref struct
    {
        var pod = new xen_pod_target { domid = domain.Value, target_pages = pages };
        return Pod(transport, XenAbi.XENMEM_set_pod_target, ref pod, out target);
    }

    private static HypercallResult Pod<T>(
        T transport, ulong subOperation, ref xen_pod_target pod, out PodTarget target)
        where T : IHypercallTransport, allows ref struct
    {
        var result = Invoke(transport, subOperation, ref pod);
        target = result.IsSuccess ? new PodTarget(pod.tot_pages, pod.pod_cache_pages, pod.pod_entries) : default;
        return result;
    }
}
