using System;

namespace Xen.Sys.Tests.Wrappers;

/// <content>sched_op, 29, and hvm_op, 34.</content>
internal static partial class WrapperCases
{
    private static WrapperCase[] SchedCases =>
    [
        new("SchedOp.Yield", static xen => SchedOp.Yield(xen)) { Registers = [29, 0] },
        new("SchedOp.Block", static xen => SchedOp.Block(xen)) { Registers = [29, 1] },
        new("SchedOp.Shutdown", static xen => SchedOp.Shutdown(xen, ShutdownReason.Suspend))
        { Registers = [29, 2, P], Sent = "02000000", Answer = 1 },
        new("SchedOp.Poll", static xen =>
        {
            ReadOnlySpan<EventChannelPort> ports = [new(8), new(9)];
            return SchedOp.Poll(xen, ports, 0x1122334455667788);
        })
        {
            Registers = [29, 3, P],
            Sent = "[18] 02000000 00000000 8877665544332211 08000000 09000000",
        },
        new("SchedOp.RemoteShutdown", static xen => SchedOp.RemoteShutdown(xen, Dom5, ShutdownReason.Crash))
        { Registers = [29, 4, P], Sent = "0500 0000 03000000" },
        new("SchedOp.SetShutdownCode", static xen => SchedOp.SetShutdownCode(xen, ShutdownReason.Reboot))
        { Registers = [29, 5, P], Sent = "01000000" },
        new("SchedOp.Watchdog", static xen =>
        {
            var result = SchedOp.Watchdog(xen, 0, 30, out var started);
            xen.Out(started);
            return result;
        })
        { Registers = [29, 6, P], Sent = "00000000 1e000000", Answer = 2, Out = [2] },
        new("SchedOp.PinOverride", static xen => SchedOp.PinOverride(xen, -1))
        { Registers = [29, 7, P], Sent = "ffffffff" },
    ];

    private static WrapperCase[] HvmCases =>
    [
        new("HvmOp.SetParameter", static xen => HvmOp.SetParameter(xen, Dom5, 1, 0x1122))
        { Registers = [34, 0, P], Sent = "0500 0000 01000000 2211 00*6" },
        new("HvmOp.GetParameter", static xen =>
        {
            var result = HvmOp.GetParameter(xen, Dom5, 1, out var value);
            xen.Out((long)value);
            return result;
        })
        { Registers = [34, 1, P], Sent = "0500 0000 01000000 00*8", Reply = ["8:2211"], Out = [0x1122] },
        new("HvmOp.FlushTlbs", static xen => HvmOp.FlushTlbs(xen)) { Registers = [34, 5] },
        new("HvmOp.GetMemoryType", static xen =>
        {
            var result = HvmOp.GetMemoryType(xen, Dom5, new GuestFrameNumber(0x400), out var type);
            xen.Out((long)type);
            return result;
        })
        { Registers = [34, 15, P], Sent = "0500 0000 00*4 0004 00*6", Reply = ["2:0200"], Out = [2] },
        new("HvmOp.SetEventChannelUpcallVector", static xen =>
            HvmOp.SetEventChannelUpcallVector(xen, new VcpuId(3), 0xf3))
        { Registers = [34, 23, P], Sent = "03000000 f3 00*3" },
        new("HvmOp.RequestMonitorEvent", static xen => HvmOp.RequestMonitorEvent(xen)) { Registers = [34, 24] },
    ];
}
