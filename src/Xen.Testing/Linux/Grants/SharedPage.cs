namespace Xen.Testing.Linux.Grants;

/// <summary>A page of the kernel's domain that gntalloc grants. Used under the kernel's gate.</summary>
internal sealed class SharedPage(SimulatedLinux linux, ulong offset, int frame, ulong gfn, uint reference)
{
    /// <summary>Its place in the file.</summary>
    internal ulong Offset => offset;

    internal int Frame => frame;

    internal uint Reference => reference;

    internal UnmapNotice Notice { get; set; }

    /// <summary>The file's list, and mappings.</summary>
    internal int Users { get; set; } = 1;

    /// <summary>Nobody here has it any more: tells the other side, and frees it if that does not map it.</summary>
    /// <returns>False if it has to wait.</returns>
    internal bool TryFree()
    {
        Notice.Clear(linux.Xen.MachineMemory, 0, frame);
        Notice.Send(linux);
        Notice = default;
        if (!linux.OwnGrants.TryEnd(reference))
            return false;
        linux.Xen.FreeKernelPage(linux.Domain, frame, gfn);
        return true;
    }
}
