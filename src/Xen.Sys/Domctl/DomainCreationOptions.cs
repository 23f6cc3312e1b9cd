using System;

namespace Xen.Sys;

/// <summary>What a new domain is. C origin: <c>XEN_DOMCTL_CDF_*</c>, public/domctl.h.</summary>
[Flags]
public enum DomainCreationOptions : uint
{
    /// <summary>A PV domain.</summary>
    None = 0,

    /// <summary>An HVM or PVH domain; every domain on Arm.</summary>
    Hvm = V4_20.XenAbi.XEN_DOMCTL_CDF_hvm,

    /// <summary>The hardware translates its memory.</summary>
    HardwareAssistedPaging = V4_20.XenAbi.XEN_DOMCTL_CDF_hap,

    /// <summary>Its memory must be intact after the host has slept.</summary>
    SleepIntegrity = V4_20.XenAbi.XEN_DOMCTL_CDF_s3_integrity,

    /// <summary>Shadow page tables are never out of step.</summary>
    OutOfSyncOff = V4_20.XenAbi.XEN_DOMCTL_CDF_oos_off,

    /// <summary>XenStore will run in it.</summary>
    XenStore = V4_20.XenAbi.XEN_DOMCTL_CDF_xs_domain,

    /// <summary>It may get devices of the host.</summary>
    Iommu = V4_20.XenAbi.XEN_DOMCTL_CDF_iommu,

    /// <summary>It may run guests of its own. Not in Xen 4.14.</summary>
    NestedVirtualization = V4_20.XenAbi.XEN_DOMCTL_CDF_nested_virt,

    /// <summary>It has a performance monitoring unit. Not in Xen 4.14.</summary>
    PerformanceMonitoring = V4_20.XenAbi.XEN_DOMCTL_CDF_vpmu,
}
