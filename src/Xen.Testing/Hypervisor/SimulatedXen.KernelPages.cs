using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Pages that a domain's kernel uses for itself.</content>
public sealed unsafe partial class SimulatedXen
{
    /// <summary>Takes a fresh page.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="frame">The machine frame, held.</param>
    /// <param name="gfn">
    /// What the domain calls it in grants. The control domain is a PV domain: it uses machine frames.
    /// </param>
    /// <returns>False if there is none.</returns>
    internal bool TryAllocateKernelPage(DomainId domain, out int frame, out ulong gfn)
    {
        gfn = 0;
        if (!MachineMemory.TryAllocate(1, out frame))
            return false;
        gfn = (ulong)frame;
        if (domain == Control || (Find(domain)?.TryAppend(frame, out gfn) ?? false))
            return true;
        MachineMemory.Release(frame);
        return false;
    }

    internal void FreeKernelPage(DomainId domain, int frame, ulong gfn)
    {
        if (domain != Control)
            Find(domain)?.TryRelease(gfn, 1);
        MachineMemory.Release(frame);
    }
}
