namespace Xen.Sys;

/// <summary>The names that <see cref="GrantStatus"/> has in C. Looking one up allocates nothing.</summary>
public static class GrantStatusNames
{
    /// <summary>The name of a status as in public/grant_table.h.</summary>
    /// <param name="status">The status.</param>
    /// <returns><c>GNTST_bad_gntref</c>, for instance; <c>GNTST_?</c> for a number without a name.</returns>
    public static string Name(this GrantStatus status) => status switch
    {
        GrantStatus.Okay => "GNTST_okay",
        GrantStatus.GeneralError => "GNTST_general_error",
        GrantStatus.BadDomain => "GNTST_bad_domain",
        GrantStatus.BadGrantReference => "GNTST_bad_gntref",
        GrantStatus.BadHandle => "GNTST_bad_handle",
        GrantStatus.BadVirtualAddress => "GNTST_bad_virt_addr",
        GrantStatus.BadDeviceAddress => "GNTST_bad_dev_addr",
        GrantStatus.NoDeviceSpace => "GNTST_no_device_space",
        GrantStatus.PermissionDenied => "GNTST_permission_denied",
        GrantStatus.BadPage => "GNTST_bad_page",
        GrantStatus.BadCopyArgument => "GNTST_bad_copy_arg",
        GrantStatus.AddressTooBig => "GNTST_address_too_big",
        GrantStatus.TryAgain => "GNTST_eagain",
        GrantStatus.NoSpace => "GNTST_no_space",
        _ => "GNTST_?",
    };
}
