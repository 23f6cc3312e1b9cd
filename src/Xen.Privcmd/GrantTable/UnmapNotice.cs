using System;
using System.Runtime.InteropServices;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>SET_UNMAP_NOTIFY, which gntdev and gntalloc have in one form.</summary>
internal static unsafe class UnmapNotice
{
    internal static void Check(UnmapNotification notification, int pages)
    {
        if (notification.ClearedByte is { } offset && (offset < 0 || offset >= (long)pages * XenPage.Size))
            throw new ArgumentOutOfRangeException(nameof(notification), offset, "the byte is not in the pages");
    }

    /// <summary>Has the kernel tell the other side. The pages must be mapped.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="device">gntdev or gntalloc.</param>
    /// <param name="index">What the driver calls the pages: the offset at which they were mapped.</param>
    /// <param name="notification">What it tells; nothing is asked for if that is nothing.</param>
    /// <returns>EINVAL: the port is not bound by this program, or the byte cannot be written.</returns>
    internal static HypercallResult Set(
        IKernel kernel, SafeHandle device, ulong index, UnmapNotification notification)
    {
        if (notification == default)
            return default;

        var notify = new ioctl_gntdev_unmap_notify
        {
            index = index + (uint)(notification.ClearedByte ?? 0),
            action = (notification.ClearedByte is null ? 0u : XenAbi.UNMAP_NOTIFY_CLEAR_BYTE)
                | (notification.Port is null ? 0u : XenAbi.UNMAP_NOTIFY_SEND_EVENT),
            event_channel_port = notification.Port?.Value ?? 0,
        };

        // SAFETY: the kernel copies the structure.
        return kernel.Ioctl(device, XenAbi.IOCTL_GNTDEV_SET_UNMAP_NOTIFY, &notify);
    }
}
