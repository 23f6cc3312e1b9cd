namespace Xen.Sys.Tests.Wrappers;

/// <content>vcpu_op, 24: sub-operation, vCPU, argument.</content>
internal static partial class WrapperCases
{
    private static readonly VcpuId Vcpu2 = new(2);

    private static WrapperCase[] VcpuCases =>
    [
        new("VcpuOp.Initialise", static xen =>
        {
            var context = new vcpu_hvm_context { mode = XenAbi.VCPU_HVM_MODE_64B };
            context.cpu_regs.x86_64.rip = 0x1122334455667788;
            context.cpu_regs.x86_64.efer = 0x500;
            return VcpuOp.Initialise(xen, Vcpu2, context);
        })
        { Registers = [24, 0, 2, P], Sent = "01000000 00*4 00*64 8877665544332211 00*32 0005 00*6 00*8" },
        new("VcpuOp.Up", static xen => VcpuOp.Up(xen, Vcpu2)) { Registers = [24, 1, 2] },
        new("VcpuOp.Down", static xen => VcpuOp.Down(xen, Vcpu2)) { Registers = [24, 2, 2] },
        new("VcpuOp.IsUp", static xen =>
        {
            var result = VcpuOp.IsUp(xen, Vcpu2, out var isUp);
            xen.Out(isUp ? 1 : 0);
            return result;
        })
        { Registers = [24, 3, 2], Answer = 1, Out = [1] },
        new("VcpuOp.IsUp", static xen =>
        {
            var result = VcpuOp.IsUp(xen, Vcpu2, out var isUp);
            xen.Out(isUp ? 1 : 0);
            return result;
        })
        { Variant = "it is down", Registers = [24, 3, 2], Out = [0] },
        new("VcpuOp.GetRunStateTimes", static xen =>
        {
            var result = VcpuOp.GetRunStateTimes(xen, Vcpu2, out var times);
            xen.Out((long)times.State);
            xen.Out((long)times.Since);
            xen.Out((long)times.Running);
            xen.Out((long)times.Runnable);
            xen.Out((long)times.Blocked);
            xen.Out((long)times.Offline);
            return result;
        })
        {
            Registers = [24, 4, 2, P],
            Sent = "00*48",
            Reply = ["0:02", "8:11", "16:12", "24:13", "32:14", "40:15"],
            Out = [2, 0x11, 0x12, 0x13, 0x14, 0x15],
        },
        new("VcpuOp.RegisterRunStateArea", static xen => VcpuOp.RegisterRunStateArea(xen, Vcpu2, 0x1122334455667788))
        { Registers = [24, 5, 2, P], Sent = "8877665544332211" },
        new("VcpuOp.RegisterRunStatePhysicalArea", static xen =>
            VcpuOp.RegisterRunStatePhysicalArea(xen, Vcpu2, 0x1122334455667788))
        { Registers = [24, 14, 2, P], Sent = "8877665544332211" },
        new("VcpuOp.RegisterTimeArea", static xen => VcpuOp.RegisterTimeArea(xen, Vcpu2, 0x1122334455667788))
        { Registers = [24, 13, 2, P], Sent = "8877665544332211" },
        new("VcpuOp.RegisterTimePhysicalArea", static xen =>
            VcpuOp.RegisterTimePhysicalArea(xen, Vcpu2, 0x1122334455667788))
        { Registers = [24, 15, 2, P], Sent = "8877665544332211" },
        new("VcpuOp.SetPeriodicTimer", static xen => VcpuOp.SetPeriodicTimer(xen, Vcpu2, 0x1122334455667788))
        { Registers = [24, 6, 2, P], Sent = "8877665544332211" },
        new("VcpuOp.StopPeriodicTimer", static xen => VcpuOp.StopPeriodicTimer(xen, Vcpu2)) { Registers = [24, 7, 2] },
        new("VcpuOp.SetSingleShotTimer", static xen =>
            VcpuOp.SetSingleShotTimer(xen, Vcpu2, 0x1122334455667788, onlyInFuture: true))
        { Registers = [24, 8, 2, P], Sent = "8877665544332211 01000000 00000000" },
        new("VcpuOp.StopSingleShotTimer", static xen => VcpuOp.StopSingleShotTimer(xen, Vcpu2))
        { Registers = [24, 9, 2] },
        new("VcpuOp.RegisterVcpuInfo", static xen => VcpuOp.RegisterVcpuInfo(xen, Vcpu2, 0x1234, 0x40))
        { Registers = [24, 10, 2, P], Sent = "3412 00*6 40000000 00000000" },
        new("VcpuOp.SendNmi", static xen => VcpuOp.SendNmi(xen, Vcpu2)) { Registers = [24, 11, 2] },
        new("VcpuOp.GetPhysicalId", static xen =>
        {
            var result = VcpuOp.GetPhysicalId(xen, Vcpu2, out var id);
            xen.Out((long)id);
            return result;
        })
        { Registers = [24, 12, 2, P], Sent = "00*8", Reply = ["0:02000000 03000000"], Out = [0x3_0000_0002] },
    ];
}
