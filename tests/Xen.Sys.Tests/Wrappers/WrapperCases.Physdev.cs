namespace Xen.Sys.Tests.Wrappers;

/// <content>physdev_op, 33.</content>
internal static partial class WrapperCases
{
    private static readonly PciSbdf Device = new(0x0102, 3, 4, 5);

    private static WrapperCase[] PhysdevCases =>
    [
        new("PhysdevOp.MapGsi", static xen =>
        {
            var result = PhysdevOp.MapGsi(xen, Dom5, 17, -1, out var mapped);
            xen.Out(mapped);
            return result;
        })
        {
            Registers = [33, 13, P],
            Sent = "0500 0000 01000000 11000000 ffffffff 00*4 00*4 00*4 00*4 00*8",
            Reply = ["12:12000000"],
            Out = [18],
        },
        new("PhysdevOp.MapMsi", static xen =>
        {
            var result = PhysdevOp.MapMsi(xen, Dom5, Device, 6, 0xfe000000, 20, out var mapped);
            xen.Out(mapped);
            return result;
        })
        {
            Registers = [33, 13, P],
            Sent = "0500 0000 03000000 ffffffff 14000000 03000201 25000000 06000000 00*4 000000fe 00*4",
            Out = [20],
        },
        new("PhysdevOp.UnmapPirq", static xen => PhysdevOp.UnmapPirq(xen, Dom5, 18))
        { Registers = [33, 14, P], Sent = "0500 0000 12000000" },
        new("PhysdevOp.GetFreePirq", static xen =>
        {
            var result = PhysdevOp.GetFreePirq(xen, PirqType.Gsi, out var pirq);
            xen.Out(pirq);
            return result;
        })
        { Registers = [33, 23, P], Sent = "01000000 00000000", Reply = ["4:13"], Out = [19] },
        new("PhysdevOp.EndOfInterrupt", static xen => PhysdevOp.EndOfInterrupt(xen, 18))
        { Registers = [33, 12, P], Sent = "12000000" },
        new("PhysdevOp.QueryIrqStatus", static xen =>
        {
            var result = PhysdevOp.QueryIrqStatus(xen, 18, out var status);
            xen.Out((long)status);
            return result;
        })
        { Registers = [33, 5, P], Sent = "12000000 00000000", Reply = ["4:03"], Out = [3] },
        new("PhysdevOp.SetupGsi", static xen => PhysdevOp.SetupGsi(xen, 17, levelTriggered: true, activeLow: true))
        { Registers = [33, 21, P], Sent = "11000000 01 01 0000" },
        new("PhysdevOp.AddPciDevice", static xen => PhysdevOp.AddPciDevice(xen, Device, isExtendedFunction: true))
        { Registers = [33, 25, P], Sent = "0201 03 25 01000000 00 00 0000" },
        new("PhysdevOp.AddPciVirtualFunction", static xen =>
            PhysdevOp.AddPciVirtualFunction(xen, Device, new PciSbdf(0x0102, 6, 7, 0)))
        { Registers = [33, 25, P], Sent = "0201 03 25 02000000 06 38 0000" },
        new("PhysdevOp.RemovePciDevice", static xen => PhysdevOp.RemovePciDevice(xen, Device))
        { Registers = [33, 26, P], Sent = "0201 03 25" },
        new("PhysdevOp.ResetPciDevice", static xen =>
            PhysdevOp.ResetPciDevice(xen, Device, PciResetKind.FunctionLevel))
        { Registers = [33, 32, P], Sent = "0201 03 25 03000000" },
        new("PhysdevOp.RestoreMsi", static xen => PhysdevOp.RestoreMsi(xen, Device))
        { Registers = [33, 27, P], Sent = "0201 03 25" },
        new("PhysdevOp.PrepareMsix", static xen => PhysdevOp.PrepareMsix(xen, Device))
        { Registers = [33, 30, P], Sent = "0201 03 25" },
        new("PhysdevOp.ReleaseMsix", static xen => PhysdevOp.ReleaseMsix(xen, Device))
        { Registers = [33, 31, P], Sent = "0201 03 25" },
        new("PhysdevOp.ReportConfigurationSpace", static xen =>
            PhysdevOp.ReportConfigurationSpace(xen, 0xe0000000, 0x0102, 0, 0xff, isReserved: true))
        { Registers = [33, 24, P], Sent = "000000e0 00*4 0201 00 ff 01000000" },
    ];
}
