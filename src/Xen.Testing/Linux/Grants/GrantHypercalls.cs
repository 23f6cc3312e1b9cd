using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <summary>The hypercalls that a kernel's grant drivers make.</summary>
// SAFETY: the hypervisor is pointed to locals of the calling method, of the type that the operation has.
internal sealed unsafe class GrantHypercalls(SimulatedLinux linux)
{
    // As often as Linux has patience for a page that is paged out.
    private const int Attempts = 256;

    /// <summary>Maps a granted page.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="isReadOnly">For reading only.</param>
    /// <param name="frame">The machine frame.</param>
    /// <param name="handle">What <see cref="Unmap"/> wants.</param>
    internal GrantStatus Map(ioctl_gntdev_grant_ref grant, bool isReadOnly, out int frame, out uint handle)
    {
        var map = new gnttab_map_grant_ref
        {
            flags = (uint)(XenAbi.GNTMAP_host_map | (isReadOnly ? XenAbi.GNTMAP_readonly : 0)),
            @ref = grant.@ref,
            dom = (ushort)grant.domid,
        };
        var status = GrantStatus.TryAgain;
        for (var attempt = 0; status == GrantStatus.TryAgain && attempt < Attempts; attempt++)
        {
            var result = Call(XenAbi.GNTTABOP_map_grant_ref, &map);
            status = result.IsSuccess ? (GrantStatus)map.status : GrantStatus.GeneralError;
        }

        // There are no page tables for the simulated hypervisor to write: it names the page by its address on the bus.
        frame = (int)(map.dev_bus_addr >> XenPage.Shift);
        handle = map.handle;
        return status == GrantStatus.TryAgain ? GrantStatus.BadPage : status;
    }

    internal void Unmap(uint handle)
    {
        var unmap = new gnttab_unmap_grant_ref { handle = handle };
        _ = Call(XenAbi.GNTTABOP_unmap_grant_ref, &unmap);
    }

    /// <summary>The kernel's own grant table, at least as long as that.</summary>
    /// <returns>False if it cannot be.</returns>
    internal bool TrySetUp(ulong[] frames)
    {
        // SAFETY: the list is as long as the number says, and pinned for the call.
        fixed (ulong* list = frames)
        {
            var setup = new gnttab_setup_table { dom = DomainId.Self.Value, nr_frames = (uint)frames.Length };
            setup.frame_list = list;
            return Call(XenAbi.GNTTABOP_setup_table, &setup).IsSuccess && setup.status == (short)GrantStatus.Okay;
        }
    }

    private HypercallResult Call(uint command, void* argument) => linux.Xen.Execute(
        linux.Caller, XenAbi.__HYPERVISOR_grant_table_op, command, (ulong)argument, 1, 0, 0);
}
