using Xen.Privcmd.Native;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>One privcmd mapping, unmapped exactly once and as a whole: the kernel refuses to split it.</summary>
internal sealed unsafe class PrivcmdMapping(byte* address, int pageCount, ForeignAccess access)
    : ForeignMapping(address, pageCount, access, [])
{
    // SAFETY: the base class calls this once, after the last view has ended.
    protected override void Unmap(byte* address, int pageCount) =>
        _ = Libc.munmap((nint)address, (nuint)pageCount * XenPage.Size);
}
