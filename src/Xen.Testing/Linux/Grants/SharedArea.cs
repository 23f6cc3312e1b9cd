using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary>Pages that gntalloc grants, in the process's memory.</summary>
internal sealed unsafe class SharedArea(SimulatedLinux linux, SharedPage[] pages, int protection) : VirtualArea
{
    internal override void Vanish()
    {
        foreach (var page in pages)
            page.Users--;
        linux.SharedPages.FreeUnused();
    }

    protected override void Appear(byte* address)
    {
        // SAFETY: the area has room for each page.
        for (var i = 0; i < pages.Length; i++)
            linux.Xen.MachineMemory.MapAt(address + ((nuint)i << XenPage.Shift), pages[i].Frame, 1, protection);
    }
}
