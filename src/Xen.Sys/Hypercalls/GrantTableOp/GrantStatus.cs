namespace Xen.Sys;

/// <summary>How a grant operation went. C origin: <c>GNTST_*</c>, public/grant_table.h.</summary>
public enum GrantStatus : short
{
    /// <summary>Done.</summary>
    Okay = XenAbi.GNTST_okay,

    /// <summary>Failed for a reason without a number of its own, or not reached.</summary>
    GeneralError = XenAbi.GNTST_general_error,

    /// <summary>There is no such domain.</summary>
    BadDomain = XenAbi.GNTST_bad_domain,

    /// <summary>There is no such grant, or not for this domain or this use.</summary>
    BadGrantReference = XenAbi.GNTST_bad_gntref,

    /// <summary>There is no such mapping.</summary>
    BadHandle = XenAbi.GNTST_bad_handle,

    /// <summary>Nothing can be mapped at that virtual address.</summary>
    BadVirtualAddress = XenAbi.GNTST_bad_virt_addr,

    /// <summary>The device address is not that of the mapping.</summary>
    BadDeviceAddress = XenAbi.GNTST_bad_dev_addr,

    /// <summary>The IOMMU has no room left.</summary>
    NoDeviceSpace = XenAbi.GNTST_no_device_space,

    /// <summary>The caller may not do that.</summary>
    PermissionDenied = XenAbi.GNTST_permission_denied,

    /// <summary>The page cannot be used so.</summary>
    BadPage = XenAbi.GNTST_bad_page,

    /// <summary>A copy would leave its page.</summary>
    BadCopyArgument = XenAbi.GNTST_bad_copy_arg,

    /// <summary>The address of a page to be transferred is too large.</summary>
    AddressTooBig = XenAbi.GNTST_address_too_big,

    /// <summary>The page is away for the moment: to be tried again.</summary>
    TryAgain = XenAbi.GNTST_eagain,

    /// <summary>There is no room for another mapping.</summary>
    NoSpace = XenAbi.GNTST_no_space,
}
