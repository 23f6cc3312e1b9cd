using Xen.Sys;

namespace Xen.BareMetal;

/// <summary>The rings of a domain that is not PV: what its HVM parameters say of them.</summary>
// SAFETY: a frame that is mapped has its address by its number; the rings are the domain's as long as it runs.
internal static unsafe class HvmRings
{
    private const ulong Ports = XenAbi.EVTCHN_2L_NR_CHANNELS;

    /// <summary>Finds both rings; one that is not there, or not yet (dom0less), is left out with its port.</summary>
    /// <param name="platform">Gets them.</param>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="mappedFrames">Frames below this are mapped.</param>
    internal static void Find(ref DomainPlatform platform, DirectTransport transport, ulong mappedFrames)
    {
        var store = Find(
            transport, XenAbi.HVM_PARAM_STORE_PFN, XenAbi.HVM_PARAM_STORE_EVTCHN, mappedFrames, out var portOfStore);
        platform.StoreRing = (xenstore_domain_interface*)store;
        platform.StorePort = portOfStore;

        var console = Find(
            transport, XenAbi.HVM_PARAM_CONSOLE_PFN, XenAbi.HVM_PARAM_CONSOLE_EVTCHN, mappedFrames, out var portOfConsole);
        platform.UseConsole((xencons_interface*)console, portOfConsole);
    }

    private static void* Find(
        DirectTransport transport, uint frameParameter, uint portParameter, ulong mappedFrames, out EventChannelPort port)
    {
        port = default;
        if (!HvmOp.GetParameter(transport, DomainId.Self, frameParameter, out var frame).IsSuccess
            || frame == 0
            || frame >= mappedFrames
            || !HvmOp.GetParameter(transport, DomainId.Self, portParameter, out var number).IsSuccess
            || number >= Ports)
        {
            return null;
        }

        port = new EventChannelPort((uint)number);
        return (void*)(frame * XenPage.Size);
    }
}
