using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Linux.Grants;

/// <summary>What the other side is told when pages are unmapped: SET_UNMAP_NOTIFY of both grant drivers.</summary>
/// <param name="Action"><c>UNMAP_NOTIFY_*</c>.</param>
/// <param name="Offset">The byte that is cleared, from the first page.</param>
/// <param name="Port">The port that is signalled.</param>
internal readonly record struct UnmapNotice(uint Action, ulong Offset, uint Port)
{
    private const uint Known = XenAbi.UNMAP_NOTIFY_CLEAR_BYTE | XenAbi.UNMAP_NOTIFY_SEND_EVENT;

    internal bool ClearsByte => (Action & XenAbi.UNMAP_NOTIFY_CLEAR_BYTE) != 0;

    private bool Sends => (Action & XenAbi.UNMAP_NOTIFY_SEND_EVENT) != 0;

    /// <summary>Whether the driver would do it.</summary>
    internal bool IsValid(SimulatedLinux linux) =>
        (Action & ~Known) == 0 && (!Sends || linux.Events.IsBound(Port));

    /// <summary>Clears the byte, if it is in a page.</summary>
    /// <param name="machine">Where the page is.</param>
    /// <param name="page">Which page.</param>
    /// <param name="frame">Its machine frame, held.</param>
    internal unsafe void Clear(MachineMemory machine, int page, int frame)
    {
        // SAFETY: the offset within the page is less than a page, and the caller holds the frame.
        if (ClearsByte && Offset / XenPage.Size == (ulong)page)
            machine.Locate(frame)[Offset % XenPage.Size] = 0;
    }

    internal void Send(SimulatedLinux linux)
    {
        if (Sends)
            _ = linux.Events.Notify(Port);
    }
}
