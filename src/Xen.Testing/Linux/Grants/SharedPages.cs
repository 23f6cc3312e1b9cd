using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary>All pages that gntalloc has granted, for all files. Used under the kernel's gate.</summary>
internal sealed class SharedPages(SimulatedLinux linux)
{
    /// <summary>The driver's limit.</summary>
    private const int Limit = 1024;

    private readonly List<SharedPage> _pages = [];

    internal int Count => _pages.Count;

    /// <summary>Whether there is room for more.</summary>
    internal bool HasRoomFor(uint pages) => _pages.Count + (long)pages <= Limit;

    /// <summary>Grants a fresh page.</summary>
    /// <returns>Null if the machine has none, or the grant table is full.</returns>
    internal SharedPage? TryShare(ulong offset, DomainId domain, bool isWritable)
    {
        if (!linux.Xen.TryAllocateKernelPage(linux.Domain, out var frame, out var gfn))
            return null;
        if (!linux.OwnGrants.TryGrant(domain, (uint)gfn, isWritable, out var reference))
        {
            linux.Xen.FreeKernelPage(linux.Domain, frame, gfn);
            return null;
        }

        var page = new SharedPage(linux, offset, frame, gfn, reference);
        _pages.Add(page);
        return page;
    }

    /// <summary>Frees what nobody has any more. What the other side still maps is looked at again the next time.</summary>
    internal void FreeUnused() => _pages.RemoveAll(static page => page.Users == 0 && page.TryFree());
}
