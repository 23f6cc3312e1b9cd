using System.Globalization;

namespace Xen.Sys;

/// <summary>Names of error numbers, and what the common ones mean to someone who talks to Xen.</summary>
public static class ErrnoNames
{
    /// <summary>The name of an error number.</summary>
    /// <param name="errno">Positive.</param>
    /// <returns><c>ESRCH</c>, for instance; <c>errno 203</c> for a number without a name here.</returns>
    public static string Name(int errno) => errno switch
    {
        XenAbi.XEN_EPERM => "EPERM",
        XenAbi.XEN_ENOENT => "ENOENT",
        XenAbi.XEN_ESRCH => "ESRCH",
        XenAbi.XEN_EIO => "EIO",
        XenAbi.XEN_ENXIO => "ENXIO",
        XenAbi.XEN_E2BIG => "E2BIG",
        XenAbi.XEN_EBADF => "EBADF",
        XenAbi.XEN_EAGAIN => "EAGAIN",
        XenAbi.XEN_ENOMEM => "ENOMEM",
        XenAbi.XEN_EACCES => "EACCES",
        XenAbi.XEN_EFAULT => "EFAULT",
        XenAbi.XEN_EBUSY => "EBUSY",
        XenAbi.XEN_EEXIST => "EEXIST",
        XenAbi.XEN_ENODEV => "ENODEV",
        XenAbi.XEN_EINVAL => "EINVAL",
        XenAbi.XEN_ENOSPC => "ENOSPC",
        XenAbi.XEN_ENOSYS => "ENOSYS",
        XenAbi.XEN_EOPNOTSUPP => "EOPNOTSUPP",
        XenAbi.XEN_ENOTCONN => "ENOTCONN",
        _ => "errno " + errno.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What an error usually means for a hypercall, or null if that depends.</summary>
    /// <param name="errno">Positive.</param>
    public static string? Advice(int errno) => errno switch
    {
        XenAbi.XEN_EPERM => "not permitted: run as root in the domain that controls the target",
        XenAbi.XEN_ESRCH => "no such domain: `xl list` shows those that exist",
        XenAbi.XEN_EACCES => "Xen speaks another version of this interface",
        XenAbi.XEN_ENOSYS or XenAbi.XEN_EOPNOTSUPP => "this Xen or this kernel does not have it",
        XenAbi.XEN_ENOSPC => "no room: a domain has at most 8 IOREQ servers",
        _ => null,
    };
}
