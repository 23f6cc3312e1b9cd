using System;
using System.Collections.Generic;

namespace Xen.Sys.Tests.Control;

/// <content>The host's devices, and vCPUs.</content>
internal static partial class DomctlCases
{
    private static IEnumerable<ControlCase> DeviceCases =>
    [
        .. new ControlSpecification("Domctl.MapMemory", 39)
        { Payload = "0004000000000000 0008000000000000 1000000000000000 01000000", Out = [16] }
            .Domctl(static (xen, domctl) =>
            {
                var result = Domctl.MapMemory(
                    xen, domctl, Dom5, new GuestFrameNumber(0x400), 0x800, 16, true, out var done);
                xen.Out((long)done);
                return result;
            }),
        .. new ControlSpecification("Domctl.MapPorts", 40) { Payload = "60000000 70000000 04000000 00000000" }
            .Domctl(static (xen, domctl) => Domctl.MapPorts(xen, domctl, Dom5, 0x60, 0x70, 4, false)),
        .. new ControlSpecification("Domctl.SetMemoryPermission", 20)
        { Payload = "0008000000000000 1000000000000000 01" }
            .Domctl(static (xen, domctl) => Domctl.SetMemoryPermission(xen, domctl, Dom5, 0x800, 16, true)),
        .. new ControlSpecification("Domctl.SetPortPermission", 21) { Payload = "70000000 04000000 01" }
            .Domctl(static (xen, domctl) => Domctl.SetPortPermission(xen, domctl, Dom5, 0x70, 4, true)),
        .. new ControlSpecification("Domctl.SetInterruptPermission", 19) { Payload = "ff 01" }
            .Domctl(
                static (xen, domctl) => Domctl.SetInterruptPermission(xen, domctl, Dom5, 0xff, true),
                form => form.Version == 0x12),
        .. new ControlSpecification("Domctl.SetInterruptPermission", 19) { Payload = "00020000 01" }
            .Domctl(
                static (xen, domctl) => Domctl.SetInterruptPermission(xen, domctl, Dom5, 0x200, true),
                form => form.Version != 0x12),
        .. new ControlSpecification("Domctl.BindInterrupt", 38)
        { Variant = "PCI", Payload = "10000000 00000000 01 02 03" }
            .Domctl(static (xen, domctl) =>
                Domctl.BindInterrupt(xen, domctl, Dom5, PassThroughInterrupt.Pci(0x10, 1, 2, 3))),
        .. new ControlSpecification("Domctl.BindInterrupt", 38)
        { Variant = "MSI", Payload = "10000000 02000000 30 000000 00020100 0010000000000000" }
            .Domctl(static (xen, domctl) =>
                Domctl.BindInterrupt(xen, domctl, Dom5, PassThroughInterrupt.Msi(0x10, 0x30, 0x10200, 0x1000))),
        .. new ControlSpecification("Domctl.BindInterrupt", 38)
        { Variant = "SPI", Payload = "28000000 04000000 2801" }
            .Domctl(static (xen, domctl) =>
                Domctl.BindInterrupt(xen, domctl, Dom5, PassThroughInterrupt.Spi(0x28, 0x128))),
        .. new ControlSpecification("Domctl.UnbindInterrupt", 48) { Payload = "10000000 00000000 01 02 03" }
            .Domctl(static (xen, domctl) =>
                Domctl.UnbindInterrupt(xen, domctl, Dom5, PassThroughInterrupt.Pci(0x10, 1, 2, 3))),
    ];

    private static IEnumerable<ControlCase> VcpuCases =>
    [
        .. new ControlSpecification("Domctl.GetVcpuInfo", 14)
        {
            Payload = "03000000",
            Reply = ["20:01 00 01 00 8877665544332211 06000000"],
            Out = [1, 0, 1, 0x1122334455667788, 6],
        }.Domctl(static (xen, domctl) =>
        {
            var result = Domctl.GetVcpuInfo(xen, domctl, Dom5, new VcpuId(3), out var info);
            xen.Out(info.IsOnline ? 1 : 0);
            xen.Out(info.IsBlocked ? 1 : 0);
            xen.Out(info.IsRunning ? 1 : 0);
            xen.Out((long)info.CpuTime);
            xen.Out(info.Cpu);
            return result;
        }),
        .. new ControlSpecification("Domctl.SetVcpuAffinity", 9)
        { Variant = "hard", Payload = "03000000 01000000 [90] 10000000", Data = "0f80" }
            .Domctl(static (xen, domctl) =>
                Domctl.SetVcpuAffinity(xen, domctl, Dom5, new VcpuId(3), VcpuAffinity.Hard, [0x0f, 0x80])),
        .. new ControlSpecification("Domctl.SetVcpuAffinity", 9)
        { Variant = "soft", Payload = "03000000 02000000 00*16 [90] 10000000", Data = "0f80" }
            .Domctl(static (xen, domctl) =>
                Domctl.SetVcpuAffinity(xen, domctl, Dom5, new VcpuId(3), VcpuAffinity.Soft, [0x0f, 0x80])),
        .. new ControlSpecification("Domctl.GetVcpuAffinity", 25)
        {
            Payload = "03000000 01000000 [90] 10000000",
            Data = "0000",
            Reply = ["144:0380"],
            Out = [3, 0x80],
        }.Domctl(static (xen, domctl) =>
        {
            Span<byte> cpus = stackalloc byte[2];
            var result = Domctl.GetVcpuAffinity(xen, domctl, Dom5, new VcpuId(3), VcpuAffinity.Hard, cpus);
            xen.Out(cpus[0]);
            xen.Out(cpus[1]);
            return result;
        }),
        .. new ControlSpecification("Domctl.SendTrigger", 28) { Payload = "03000000 01000000" }
            .Domctl(static (xen, domctl) =>
                Domctl.SendTrigger(xen, domctl, Dom5, DomainTrigger.Power, new VcpuId(1))),
    ];
}
