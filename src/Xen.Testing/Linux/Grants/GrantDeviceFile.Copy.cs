using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Linux.Grants;

/// <content>GRANT_COPY.</content>
// SAFETY: granted pages are mapped, and so held, for as long as they are copied from or to; pieces stay within them.
internal sealed unsafe partial class GrantDeviceFile
{
    private HypercallResult Copy(void* argument)
    {
        if (!UserMemory.TryRead(argument, out ioctl_gntdev_grant_copy request))
            return Failure(XenAbi.XEN_EFAULT);
        var segments = (gntdev_grant_copy_segment*)request.segments;
        for (var i = 0u; i < request.count; i++)
        {
            if (!UserMemory.TryRead(segments + i, out gntdev_grant_copy_segment segment))
                return Failure(XenAbi.XEN_EFAULT);
            if ((IsSourceGranted(segment) && segment.source.foreign.offset + segment.len > XenPage.Size)
                || (IsTargetGranted(segment) && segment.dest.foreign.offset + segment.len > XenPage.Size))
                return Failure(XenAbi.XEN_EINVAL);
            var result = Copy(segment, out var status);
            if (!result.IsSuccess)
                return result;
            if (!UserMemory.TryWrite(&segments[i].status, (short)status))
                return Failure(XenAbi.XEN_EFAULT);
        }

        return default;
    }

    private static bool IsSourceGranted(in gntdev_grant_copy_segment segment) =>
        (segment.flags & XenAbi.GNTCOPY_source_gref) != 0;

    private static bool IsTargetGranted(in gntdev_grant_copy_segment segment) =>
        (segment.flags & XenAbi.GNTCOPY_dest_gref) != 0;

    private HypercallResult Copy(in gntdev_grant_copy_segment segment, out GrantStatus status)
    {
        // SAFETY: freed below; as long as what is copied.
        var middle = (byte*)NativeMemory.Alloc(ushort.MaxValue);
        try
        {
            status = GrantStatus.Okay;
            if (IsSourceGranted(segment))
            {
                var from = segment.source.foreign;
                var grant = new ioctl_gntdev_grant_ref { domid = from.domid, @ref = from.@ref };
                status = Move(grant, from.offset, segment.len, middle, isWrite: false);
            }
            else if (!UserMemory.TryRead(segment.source.virt, middle, segment.len))
            {
                return Failure(XenAbi.XEN_EFAULT);
            }

            if (status != GrantStatus.Okay)
                return default;
            if (IsTargetGranted(segment))
            {
                var to = segment.dest.foreign;
                var grant = new ioctl_gntdev_grant_ref { domid = to.domid, @ref = to.@ref };
                status = Move(grant, to.offset, segment.len, middle, isWrite: true);
            }
            else if (!UserMemory.TryWrite(segment.dest.virt, middle, segment.len))
            {
                return Failure(XenAbi.XEN_EFAULT);
            }

            return default;
        }
        finally
        {
            // SAFETY: it was allocated above, and nobody else has it.
            NativeMemory.Free(middle);
        }
    }

    private GrantStatus Move(
        ioctl_gntdev_grant_ref grant, ushort offset, ushort length, byte* memory, bool isWrite)
    {
        var status = Linux.GrantCalls.Map(grant, !isWrite, out var frame, out var handle);
        if (status != GrantStatus.Okay)
            return status;
        var piece = Linux.Xen.MachineMemory.Locate(frame) + offset;

        // SAFETY: the piece lies within the page, which is mapped; the other side has room for the longest piece.
        NativeMemory.Copy(isWrite ? memory : piece, isWrite ? piece : memory, length);
        Linux.GrantCalls.Unmap(handle);
        return status;
    }
}
