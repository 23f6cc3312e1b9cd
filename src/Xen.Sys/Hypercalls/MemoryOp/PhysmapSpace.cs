namespace Xen.Sys;

/// <summary>What kind of page is put into a physical address space. C origin: <c>XENMAPSPACE_*</c>, public/memory.h.</summary>
public enum PhysmapSpace : uint
{
    /// <summary>The domain's shared information page.</summary>
    SharedInfo = XenAbi.XENMAPSPACE_shared_info,

    /// <summary>A page of its grant table; with <c>XENMAPIDX_grant_table_status</c>, of the status table.</summary>
    GrantTable = XenAbi.XENMAPSPACE_grant_table,

    /// <summary>A page that is elsewhere in the same address space: it moves.</summary>
    GuestFrame = XenAbi.XENMAPSPACE_gmfn,

    /// <summary>A run of such pages.</summary>
    GuestFrameRange = XenAbi.XENMAPSPACE_gmfn_range,

    /// <summary>A page of another domain; only in a batch.</summary>
    ForeignGuestFrame = XenAbi.XENMAPSPACE_gmfn_foreign,

    /// <summary>A page of a device's memory (Arm).</summary>
    DeviceMmio = XenAbi.XENMAPSPACE_dev_mmio,
}
