using System;

namespace Xen.Sys.Tests.Wrappers;

/// <content>dm_op: a structure of 32 bytes, 8 of them number and padding, and for two operations a second buffer.</content>
internal static partial class WrapperCases
{
    private static WrapperCase[] IoreqServerCases =>
    [
        new("DmOp.CreateIoreqServer/3", static xen =>
        {
            var result = DmOp.CreateIoreqServer(xen, Dom5, out var id);
            xen.Out(id.Value);
            return result;
        })
        { Domain = 5, Sent = "01000000 00*4 00*24", Reply = ["12:0300"], Out = [3] },
        new("DmOp.CreateIoreqServer/4", static xen =>
        {
            var result = DmOp.CreateIoreqServer(xen, Dom5, BufferedIoreqMode.Atomic, out var id);
            xen.Out(id.Value);
            return result;
        })
        { Domain = 5, Sent = "01000000 00*4 02 00*23", Reply = ["12:0300"], Out = [3] },
        new("DmOp.ProbeIoreqServer", static xen => DmOp.ProbeIoreqServer(xen, Dom5, new IoreqServerId(3)))
        { Domain = 5, Sent = "02000000 00*4 0300 0100 00*20" },
        new("DmOp.GetIoreqServerPort", static xen =>
        {
            var result = DmOp.GetIoreqServerPort(xen, Dom5, new IoreqServerId(3), out var port);
            xen.Out(port.Value);
            return result;
        })
        { Domain = 5, Sent = "02000000 00*4 0300 0100 00*20", Reply = ["12:0b"], Out = [11] },
        new("DmOp.GetIoreqServerInfo", static xen =>
        {
            var result = DmOp.GetIoreqServerInfo(xen, Dom5, new IoreqServerId(3), out var info);
            xen.Out(info.BufferedPort.Value);
            xen.Out((long)info.IoreqFrame.Value);
            xen.Out((long)info.BufferedFrame.Value);
            return result;
        })
        {
            Domain = 5,
            Sent = "02000000 00*4 0300 0000 00*20",
            Reply = ["12:0b", "16:f1ff0f", "24:f2ff0f"],
            Out = [11, 0xffff1, 0xffff2],
        },
        new("DmOp.MapIoRange", static xen => DmOp.MapIoRange(
            xen, Dom5, new IoreqServerId(3), IoSpace.Memory, 0xd0000000, 0xd0000fff))
        { Domain = 5, Sent = "03000000 00*4 0300 0000 01000000 000000d0 00*4 ff0f00d0 00*4" },
        new("DmOp.UnmapIoRange", static xen => DmOp.UnmapIoRange(
            xen,
            Dom5,
            new IoreqServerId(3),
            IoSpace.PciConfiguration,
            new PciSbdf(0, 1, 2, 3).Value,
            new PciSbdf(0, 1, 2, 3).Value))
        { Domain = 5, Sent = "04000000 00*4 0300 0000 02000000 1301 00*6 1301 00*6" },
        new("DmOp.SetIoreqServerState", static xen =>
            DmOp.SetIoreqServerState(xen, Dom5, new IoreqServerId(3), enabled: true))
        { Domain = 5, Sent = "05000000 00*4 0300 01 00 00*20" },
        new("DmOp.DestroyIoreqServer", static xen => DmOp.DestroyIoreqServer(xen, Dom5, new IoreqServerId(3)))
        { Domain = 5, Sent = "06000000 00*4 0300 00*22" },
    ];

    private static WrapperCase[] DeviceModelCases =>
    [
        new("DmOp.TrackDirtyVram", static xen =>
        {
            Span<byte> bitmap = stackalloc byte[4];
            var result = DmOp.TrackDirtyVram(xen, Dom5, new GuestFrameNumber(0x400), 17, bitmap);
            xen.Out(result.IsSuccess ? bitmap[2] : 0);
            xen.Out(bitmap[3]);
            return result;
        })
        {
            Domain = 5,
            Sent = "07000000 00*4 11000000 00*4 0004 00*6 00*8",
            SentData = "00*3",
            Reply = ["1@2:01"],
            Out = [1, 0],
        },
        new("DmOp.TrackDirtyVram", static xen => DmOp.TrackDirtyVram(xen, Dom5, default, 0, default))
        { Variant = "no pages", Domain = 5, Sent = "07000000 00*4 00*24", SentData = "00" },
        new("DmOp.SetPciIntxLevel", static xen =>
            DmOp.SetPciIntxLevel(xen, Dom5, new PciSbdf(0x0102, 3, 4, 5), 2, asserted: true))
        { Domain = 5, Sent = "08000000 00*4 0201 03 04 02 01 00*18" },
        new("DmOp.SetIsaIrqLevel", static xen => DmOp.SetIsaIrqLevel(xen, Dom5, 14, asserted: true))
        { Domain = 5, Sent = "09000000 00*4 0e 01 00*22" },
        new("DmOp.SetPciLinkRoute", static xen => DmOp.SetPciLinkRoute(xen, Dom5, 3, 11))
        { Domain = 5, Sent = "0a000000 00*4 03 0b 00*22" },
        new("DmOp.ModifiedMemory", static xen =>
        {
            Span<xen_dm_op_modified_memory_extent> extents = stackalloc xen_dm_op_modified_memory_extent[2];
            extents[0] = new xen_dm_op_modified_memory_extent { nr = 1, first_pfn = 0x10 };
            extents[1] = new xen_dm_op_modified_memory_extent { nr = 2, first_pfn = 0x20 };
            var result = DmOp.ModifiedMemory(xen, Dom5, extents, out var failed);
            xen.Out(failed);
            return result;
        })
        {
            Domain = 5,
            Sent = "0b000000 00*4 02000000 00000000 00*16",
            SentData = "01000000 00*4 10 00*7 02000000 00*4 20 00*7",
            Out = [-1],
            OutOnFailure = [-1],
        },
        new("DmOp.ModifiedMemory", static xen =>
        {
            Span<xen_dm_op_modified_memory_extent> extents = stackalloc xen_dm_op_modified_memory_extent[2];
            var result = DmOp.ModifiedMemory(xen, Dom5, extents, out var failed);
            xen.Out(failed);
            return result;
        })
        {
            Variant = "index of the extent that failed",
            Domain = 5,
            Sent = "0b000000 00*4 02000000 00000000 00*16",
            SentData = "00*32",
            Answer = -XenAbi.XEN_EINVAL,
            Reply = ["8:01"],
            Out = [0],
            OutOnFailure = [-1],
        },
        new("DmOp.SetMemoryType", static xen => DmOp.SetMemoryType(
            xen, Dom5, new GuestFrameNumber(0x400), 3, GuestMemoryType.IoreqServer))
        { Domain = 5, Sent = "0c000000 00*4 03000000 0400 0000 0004 00*6 00*8" },
        new("DmOp.InjectEvent", static xen => DmOp.InjectEvent(
            xen, Dom5, new VcpuId(2), InjectedEventType.HardwareException, 14, 1, 0x11, 0x1122334455667788))
        { Domain = 5, Sent = "0d000000 00*4 02000000 0e 03 01 00 11000000 00*4 8877665544332211" },
        new("DmOp.InjectMsi", static xen => DmOp.InjectMsi(xen, Dom5, 0xfee01000, 0x31))
        { Domain = 5, Sent = "0e000000 00*4 31000000 00*4 0010e0fe 00*4 00*8" },
        new("DmOp.MapMemoryType", static xen => DmOp.MapMemoryType(
            xen, Dom5, new IoreqServerId(3), GuestMemoryType.IoreqServer, MemoryTypeAccess.Write))
        { Domain = 5, Sent = "0f000000 00*4 0300 0400 02000000 00*16" },
        new("DmOp.RemoteShutdown", static xen => DmOp.RemoteShutdown(xen, Dom5, ShutdownReason.Crash))
        { Domain = 5, Sent = "10000000 00*4 03000000 00*20" },
        new("DmOp.RelocateMemory", static xen => DmOp.RelocateMemory(
            xen, Dom5, new GuestFrameNumber(0x400), new GuestFrameNumber(0x500), 2))
        { Domain = 5, Sent = "11000000 00*4 02000000 00*4 0004 00*6 0005 00*6" },
        new("DmOp.PinMemoryCaching", static xen => DmOp.PinMemoryCaching(
            xen, Dom5, new GuestFrameNumber(0x400), new GuestFrameNumber(0x4ff), MemoryCaching.WriteCombining))
        { Domain = 5, Sent = "12000000 00*4 0004 00*6 ff04 00*6 01000000 00*4" },
        new("DmOp.SetIrqLevel", static xen => DmOp.SetIrqLevel(xen, Dom5, 33, asserted: true))
        { Domain = 5, Sent = "13000000 00*4 21000000 01 00*3 00*16" },
        new("DmOp.GetVcpuCount", static xen =>
        {
            var result = DmOp.GetVcpuCount(xen, Dom5, out var count);
            xen.Out(count);
            return result;
        })
        { Domain = 5, Sent = "14000000 00*4 00*24", Reply = ["8:04"], Out = [4] },
    ];
}
