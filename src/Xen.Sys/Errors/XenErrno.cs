using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Xen.Sys;

/// <summary>Xen's error numbers, public/errno.h: names, meanings, and what to do about the common ones.</summary>
/// <remarks>
/// Two more that only Linux's drivers give, EINTR and ENOTTY, are here as well. Looking up a number that has a name
/// allocates nothing.
/// </remarks>
public static partial class XenErrno
{
    // Linux: uapi/asm-generic/errno-base.h.
    private const int LinuxEINTR = 4;
    private const int LinuxENOTTY = 25;

    /// <summary>The name of an error number.</summary>
    /// <param name="errno">Positive.</param>
    /// <returns>
    /// <c>ESRCH</c>, for instance. A number that has no name becomes <c>errno 203</c>, in a new string.
    /// </returns>
    public static string Name(int errno) =>
        NameOrNull(errno) ?? "errno " + errno.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of an error number, if it has one.</summary>
    /// <param name="errno">Positive.</param>
    /// <param name="name"><c>ESRCH</c>, for instance. Of two names for one number, the usual one.</param>
    public static bool TryGetName(int errno, [NotNullWhen(true)] out string? name)
    {
        name = NameOrNull(errno);
        return name is not null;
    }

    /// <summary>The number of an error name.</summary>
    /// <param name="name">As in C, in capitals, with or without <c>XEN_</c>: <c>ESRCH</c>, <c>XEN_ESRCH</c>.</param>
    /// <param name="errno">The positive number; 0 if there is no such name.</param>
    public static bool TryGetNumber(ReadOnlySpan<char> name, out int errno)
    {
        const string Prefix = "XEN_";
        errno = NumberOrZero(name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name);
        return errno != 0;
    }

    /// <summary>What an error number means in general.</summary>
    /// <param name="errno">Positive.</param>
    /// <returns>A few words in lower case; null for a number without a name.</returns>
    public static string? Message(int errno) => MessageOrNull(errno);

    /// <summary>What an error usually means for someone who talks to Xen, or null if that depends.</summary>
    /// <param name="errno">Positive.</param>
    public static string? Advice(int errno) => errno switch
    {
        XenAbi.XEN_EPERM => "not permitted: run as root in the domain that controls the target",
        XenAbi.XEN_ESRCH => "no such domain: `xl list` shows those that exist",
        XenAbi.XEN_EACCES => "refused, or Xen speaks another version of this interface",
        XenAbi.XEN_ENOSYS or XenAbi.XEN_EOPNOTSUPP => "this Xen or this kernel does not have it",
        _ => null,
    };

    // What it means for one operation goes before what it means in general.
    internal static string? Advice(string operation, int errno) => (operation, errno) switch
    {
        ("dm_op create_ioreq_server", XenAbi.XEN_ENOSPC) => "no room: a domain has at most 8 IOREQ servers",
        _ => Advice(errno),
    };
}
