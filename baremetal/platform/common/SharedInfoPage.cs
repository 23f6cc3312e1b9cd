using System;
using Xen.Sys;

namespace Xen.BareMetal;

/// <summary>The page that Xen shares with a domain that is not PV, which asks for it.</summary>
// SAFETY: a page of the image has its frame by its address; Xen's takes its place as long as the domain runs.
internal static unsafe class SharedInfoPage
{
    /// <summary>Puts it in the place of a page of the image.</summary>
    internal static shared_info* Map(DirectTransport transport, void* page)
    {
        var frame = new GuestFrameNumber((ulong)page / XenPage.Size);
        if (!MemoryOp.AddToPhysmap(transport, DomainId.Self, PhysmapSpace.SharedInfo, 0, frame).IsSuccess)
            Fatal.Stop("no shared information page"u8);
        return (shared_info*)page;
    }
}
