using System;

namespace Xen.Sys.Tests.Wrappers;

/// <content>memory_op, 12: what appears where, and resources.</content>
internal static partial class WrapperCases
{
    private static WrapperCase[] PhysmapCases =>
    [
        new("MemoryOp.AddToPhysmap", static xen => MemoryOp.AddToPhysmap(
            xen, Dom5, PhysmapSpace.GuestFrameRange, 0x1111, new GuestFrameNumber(0x2222), 3))
        { Registers = [12, 7, P], Sent = "0500 0300 03000000 1111 00*6 2222 00*6" },
        new("MemoryOp.AddToPhysmapBatch", static xen =>
        {
            Span<int> errors = stackalloc int[2];
            var result = MemoryOp.AddToPhysmapBatch(
                xen,
                Dom5,
                PhysmapSpace.ForeignGuestFrame,
                new DomainId(6),
                [0x11, 0x12],
                [new GuestFrameNumber(0x21), new GuestFrameNumber(0x22)],
                errors);
            xen.Out(errors[0]);
            xen.Out(errors[1]);
            return result;
        })
        {
            Registers = [12, 23, P],
            Sent = "0500 0400 0200 0600 [20] [30] [40] 11 00*7 12 00*7 21 00*7 22 00*7 01000000 01000000",
            Reply = ["64:00000000 eaffffff"],
            Out = [0, 22],
            OutOnFailure = [0x5a5a5a5b, 0x5a5a5a5b],
            OutWithoutBuffer = [XenAbi.XEN_ENOMEM, XenAbi.XEN_ENOMEM],
        },
        new("MemoryOp.RemoveFromPhysmap", static xen =>
            MemoryOp.RemoveFromPhysmap(xen, Dom5, new GuestFrameNumber(0x3333)))
        { Registers = [12, 15, P], Sent = "0500 00*6 3333 00*6" },
        new("MemoryOp.GetResourceSize", static xen =>
        {
            var result = MemoryOp.GetResourceSize(xen, Dom5, ResourceType.GrantTable, 1, out var frames);
            xen.Out(frames);
            return result;
        })
        {
            Registers = [12, 28, P],
            Sent = "0500 0100 01000000 00000000 00000000 00*8 00*8",
            Reply = ["8:40"],
            Out = [64],
        },
        new("MemoryOp.GetResourceSize", static xen =>
        {
            var result = MemoryOp.GetResourceSize(xen, Dom5, (ResourceType)9, 0, out var frames);
            xen.Out(frames);
            return result;
        })
        {
            Variant = "error number in place of a size",
            Registers = [12, 28, P],
            Sent = "0500 0900 00*28",
            Reply = ["8:a1ffffff"],
            Result = -XenAbi.XEN_EOPNOTSUPP,
            Out = [0],
        },
        new("MemoryOp.AcquireResource", static xen =>
        {
            Span<ulong> frames = [0x41, 0x42];
            var result = MemoryOp.AcquireResource(xen, Dom5, ResourceType.IoreqServer, 7, 1, frames);
            xen.Out((long)frames[0]);
            xen.Out((long)frames[1]);
            return result;
        })
        {
            Registers = [12, 28, P],
            Sent = "0500 0000 07000000 02000000 00000000 01 00*7 [20] 41 00*7 42 00*7",
            Reply = ["32:51", "40:52"],
            Out = [0x51, 0x52],
            OutOnFailure = [0x41, 0x42],
        },
    ];
}
