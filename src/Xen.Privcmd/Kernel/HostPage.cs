using Xen.Sys;

namespace Xen.Privcmd.Kernel;

/// <summary>Xen's pages of 4 KiB on a host whose own pages may be larger: the drivers fill whole host pages.</summary>
internal static class HostPage
{
    /// <summary>Address space that some pages of Xen's take.</summary>
    internal static nuint Length(this IKernel kernel, ulong xenPages)
    {
        var mask = (nuint)kernel.PageSize - 1;
        return (((nuint)xenPages << XenPage.Shift) + mask) & ~mask;
    }

    /// <summary>Whether a mapping may start there.</summary>
    internal static bool IsPageBoundary(this IKernel kernel, nint address) =>
        ((nuint)address & ((nuint)kernel.PageSize - 1)) == 0;

    /// <summary>Whether the host's page is Xen's, as on x86 and on most Arm hosts.</summary>
    internal static bool HasXenPages(this IKernel kernel) => kernel.PageSize == XenPage.Size;
}
