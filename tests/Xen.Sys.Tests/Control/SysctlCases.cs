using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <summary>The cases of sysctl. The bytes are written by hand from the layouts of Xen's headers.</summary>
internal static class SysctlCases
{
    // threads_per_core to capabilities
    private const string Machine =
        "01000000 02000000 03000000 04000000 05000000 06000000 07000000 0f000000";

    // total, free, scrub, outstanding pages, max_mfn
    private const string Memory =
        "1100000000000000 1200000000000000 1300000000000000 1400000000000000 1500000000000000";

    internal static IEnumerable<ControlCase> All =>
    [
        .. new ControlSpecification("Sysctl.GetPhysicalInfo", 3)
        {
            Reply = [$"8:{Machine} {Memory} ff*32"],
            Out = [1, 2, 3, 4, 5, 6, 7, 0xf, 0, 0x11, 0x12, 0x13, 0x14, 0x15],
        }.Sysctl(Describe, form => form.Version == 0x13),
        .. new ControlSpecification("Sysctl.GetPhysicalInfo", 3)
        {
            Reply = [$"8:{Machine} 1f000000 00000000 {Memory} ff*32"],
            Out = [1, 2, 3, 4, 5, 6, 7, 0xf, 0x1f, 0x11, 0x12, 0x13, 0x14, 0x15],
        }.Sysctl(Describe, form => form.Version == 0x15),
        .. new ControlSpecification("Sysctl.GetSchedulerId", 4) { Reply = ["8:06000000"], Out = [6] }
            .Sysctl(static (xen, sysctl) =>
            {
                var result = Sysctl.GetSchedulerId(xen, sysctl, out var scheduler);
                xen.Out(scheduler);
                return result;
            }),
        .. new ControlSpecification("Sysctl.GetFreeMemory", 9)
        {
            Payload = "20000000 28000000 ffffffff",
            Reply = ["24:8877665544332211"],
            Out = [0x1122334455667788],
        }.Sysctl(static (xen, sysctl) =>
        {
            var result = Sysctl.GetFreeMemory(xen, sysctl, 32, 40, -1, out var bytes);
            xen.Out((long)bytes);
            return result;
        }),
        .. List(0x13, isArm: false, stride: 104, "7b000000", 0, 0x7b),
        .. List(0x13, isArm: true, stride: 112, "00*4", 0, 0),
        .. List(0x15, isArm: false, stride: 112, "28 00*7 7b000000", 0x28, 0x7b),
        .. List(0x15, isArm: true, stride: 120, "28 00*7 0304", 0x28, 0),
        .. new ControlSpecification("Sysctl.ReadConsole", 1)
        {
            Payload = "01 01 0000 21000000 [88] 04000000",
            Data = "00*4",
            Reply = ["12:23000000", "24:02000000", "136:6869ffff"],
            Out = [0x23, 2, 'h', 'i', 0],
            OutOnFailure = [0x21, 0, 0, 0, 0],
        }.Sysctl(static (xen, sysctl) =>
        {
            Span<byte> text = stackalloc byte[4];
            var index = 0x21u;
            var result = Sysctl.ReadConsole(xen, sysctl, text, true, true, ref index, out var written);
            xen.Out(index);
            xen.Out(written);
            xen.Out(text[0]);
            xen.Out(text[1]);
            xen.Out(text[2]);
            return result;
        }),
        .. new ControlSpecification("Sysctl.SendDebugKeys", 7)
        { Payload = "[88] 02000000", Data = "6872" }
            .Sysctl(static (xen, sysctl) => Sysctl.SendDebugKeys(xen, sysctl, "hr"u8)),
        .. new ControlSpecification("Sysctl.GetCpuIdleTimes", 8)
        {
            Payload = "02000000 00000000 [88]",
            Data = "00*16",
            Reply = ["24:01000000", "136:8877665544332211 ff*8"],
            Out = [1, 0x1122334455667788, 0],
        }.Sysctl(static (xen, sysctl) =>
        {
            Span<ulong> times = stackalloc ulong[2];
            var result = Sysctl.GetCpuIdleTimes(xen, sysctl, times, out var count);
            xen.Out(count);
            xen.Out((long)times[0]);
            xen.Out((long)times[1]);
            return result;
        }),
        .. new ControlSpecification("Sysctl.GetCpuTopology", 16)
        {
            Payload = "02000000 00000000 [88]",
            Data = "00*24",
            Reply = ["8:01000000", "136:01000000 02000000 03000000 ff*12"],
            Out = [1, 1, 2, 3, 0],
        }.Sysctl(static (xen, sysctl) =>
        {
            Span<CpuTopology> cpus = stackalloc CpuTopology[2];
            var result = Sysctl.GetCpuTopology(xen, sysctl, cpus, out var count);
            xen.Out(count);
            xen.Out(cpus[0].Core);
            xen.Out(cpus[0].Socket);
            xen.Out(cpus[0].Node);
            xen.Out(cpus[1].Core);
            return result;
        }),
    ];

    private static HypercallResult Describe(RecordingTransport xen, SysctlInterface sysctl)
    {
        var result = Sysctl.GetPhysicalInfo(xen, sysctl, out var info);
        xen.Out(info.ThreadsPerCore);
        xen.Out(info.CoresPerSocket);
        xen.Out(info.CpuCount);
        xen.Out(info.MaximumCpuId);
        xen.Out(info.NodeCount);
        xen.Out(info.MaximumNodeId);
        xen.Out(info.CpuFrequency);
        xen.Out(info.Capabilities);
        xen.Out(info.ArchitectureCapabilities);
        xen.Out((long)info.TotalPages);
        xen.Out((long)info.FreePages);
        xen.Out((long)info.ScrubPages);
        xen.Out((long)info.OutstandingPages);
        xen.Out((long)info.MaximumFrame);
        return result;
    }

    // Two domains where there was room for three: 4, of which only the number is known, and 5.
    private static IEnumerable<ControlCase> List(
        uint version, bool isArm, int stride, string tail, byte addressBits, uint emulation)
    {
        var room = (4096 - 136) / stride * stride;
        return new ControlSpecification("Sysctl.GetDomainInfoList", 6)
        {
            Payload = "0400 0000 03000000 [88]",
            Data = $"00*{room}",
            Reply = ["24:02000000", "136:0400", $"{136 + stride}:{DomctlCases.Description} {tail}"],
            Out = [2, 4, .. DomctlCases.Described, addressBits, emulation],
        }.Sysctl(
            static (xen, sysctl) =>
            {
                Span<DomainInfo> domains = stackalloc DomainInfo[3];
                var result = Sysctl.GetDomainInfoList(xen, sysctl, new DomainId(4), domains, out var count);
                xen.Out(count);
                xen.Out(domains[0].Id.Value);
                DomctlCases.Out(xen, domains[1]);
                xen.Out(domains[1].PhysicalAddressBits);
                xen.Out(domains[1].X86EmulationFlags);
                return result;
            },
            form => form.Version == version && (form.Architecture == Architecture.Arm64) == isArm);
    }
}
