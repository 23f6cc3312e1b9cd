using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Xen.Sys.Tests.Control;

/// <content>HVM contexts and the log of dirty pages.</content>
internal static partial class DomctlCases
{
    private static IEnumerable<ControlCase> ContextCases =>
    [
        .. new ControlSpecification("Domctl.GetHvmContextSize", 33) { Reply = ["16:00200100"], Out = [0x12000] }
            .Domctl(static (xen, domctl) =>
            {
                var result = Domctl.GetHvmContextSize(xen, domctl, Dom5, out var size);
                xen.Out(size);
                return result;
            }),
        .. new ControlSpecification("Domctl.GetHvmContext", 33)
        {
            Payload = "10000000 00000000 [90]",
            Data = "00*16",
            Reply = ["16:08000000", "144:8877665544332211 ffffffffffffffff"],
            Out = [8, 0x1122334455667788, 0],
        }.Domctl(static (xen, domctl) =>
        {
            Span<long> context = stackalloc long[2];
            var result = Domctl.GetHvmContext(xen, domctl, Dom5, MemoryMarshal.AsBytes(context), out var written);
            xen.Out(written);
            xen.Out(context[0]);
            xen.Out(context[1]);
            return result;
        }),
        .. new ControlSpecification("Domctl.GetHvmContext", 33)
        {
            Variant = "a count larger than the span",
            Payload = "08000000 00000000 [90]",
            Data = "00*8",
            Reply = ["16:ffffffff"],
            Out = [8],
        }.Domctl(static (xen, domctl) =>
        {
            Span<byte> context = stackalloc byte[8];
            var result = Domctl.GetHvmContext(xen, domctl, Dom5, context, out var written);
            xen.Out(written);
            return result;
        }),
        .. new ControlSpecification("Domctl.SetHvmContext", 34)
        { Payload = "03000000 00000000 [90]", Data = "010203" }
            .Domctl(static (xen, domctl) => Domctl.SetHvmContext(xen, domctl, Dom5, [1, 2, 3])),
        .. new ControlSpecification("Domctl.GetHvmContextRecordSize", 55)
        { Payload = "02000000 01000000", Reply = ["24:08040000"], Out = [0x408] }
            .Domctl(static (xen, domctl) =>
            {
                var result = Domctl.GetHvmContextRecordSize(xen, domctl, Dom5, 2, 1, out var size);
                xen.Out(size);
                return result;
            }),
        .. new ControlSpecification("Domctl.GetHvmContextRecord", 55)
        {
            Payload = "02000000 01000000 1000000000000000 [90]",
            Data = "00*16",
            Reply = ["24:0800000000000000", "144:8877665544332211"],
            Out = [8, 0x1122334455667788],
        }.Domctl(static (xen, domctl) =>
        {
            Span<long> record = stackalloc long[2];
            var result = Domctl.GetHvmContextRecord(
                xen, domctl, Dom5, 2, 1, MemoryMarshal.AsBytes(record), out var written);
            xen.Out(written);
            xen.Out(record[0]);
            return result;
        }),
    ];

    private static IEnumerable<ControlCase> ShadowCases =>
    [
        .. new ControlSpecification("Domctl.DisableShadow", 10) { Payload = "00000000" }
            .Domctl(static (xen, domctl) => Domctl.DisableShadow(xen, domctl, Dom5)),
        .. new ControlSpecification("Domctl.EnableDirtyLog", 10) { Payload = "02000000" }
            .Domctl(static (xen, domctl) => Domctl.EnableDirtyLog(xen, domctl, Dom5)),
        .. new ControlSpecification("Domctl.EnableShadow", 10) { Payload = "20000000 1c000000" }
            .Domctl(static (xen, domctl) => Domctl.EnableShadow(xen, domctl, Dom5, 0x1c)),
        .. new ControlSpecification("Domctl.SetShadowAllocation", 10) { Payload = "1f000000 00000000 04000000" }
            .Domctl(static (xen, domctl) => Domctl.SetShadowAllocation(xen, domctl, Dom5, 4)),
        .. new ControlSpecification("Domctl.GetShadowAllocation", 10)
        { Payload = "1e000000", Reply = ["24:05000000"], Out = [5] }
            .Domctl(static (xen, domctl) =>
            {
                var result = Domctl.GetShadowAllocation(xen, domctl, Dom5, out var mebibytes);
                xen.Out(mebibytes);
                return result;
            }),
        .. new ControlSpecification("Domctl.PeekDirtyPages", 10)
        {
            Payload = "0c000000 00000000 00*8 [90] 4000000000000000",
            Data = "00*8",
            Reply = ["40:3f00000000000000 03000000 02000000", "144:0000000000000050"],
            Out = [0x5000000000000000, 3, 2, 63],
        }.Domctl(static (xen, domctl) =>
        {
            Span<long> bitmap = stackalloc long[1];
            var result = Domctl.PeekDirtyPages(
                xen, domctl, Dom5, MemoryMarshal.AsBytes(bitmap), out var statistics);
            xen.Out(bitmap[0]);
            Out(xen, statistics);
            return result;
        }),
        .. new ControlSpecification("Domctl.CleanDirtyPages", 10)
        {
            Payload = "0b000000 01000000 00*8 [90] 4000000000000000",
            Data = "00*8",
            Reply = ["40:4000000000000000 03000000 02000000", "144:0000000000000050"],
            Out = [0x5000000000000000, 3, 2, 64],
        }.Domctl(static (xen, domctl) =>
        {
            Span<long> bitmap = stackalloc long[1];
            var result = Domctl.CleanDirtyPages(
                xen, domctl, Dom5, true, MemoryMarshal.AsBytes(bitmap), out var statistics);
            xen.Out(bitmap[0]);
            Out(xen, statistics);
            return result;
        }),
        .. new ControlSpecification("Domctl.CleanDirtyPages", 10)
        {
            Variant = "only the counters",
            Payload = "0b000000",
            Reply = ["48:03000000 02000000"],
            Out = [3, 2, 0],
        }.Domctl(static (xen, domctl) =>
        {
            var result = Domctl.CleanDirtyPages(xen, domctl, Dom5, false, [], out var statistics);
            Out(xen, statistics);
            return result;
        }),
    ];

    private static void Out(Wrappers.RecordingTransport xen, DirtyPageStatistics statistics)
    {
        xen.Out(statistics.Faults);
        xen.Out(statistics.DirtyPages);
        xen.Out((long)statistics.CoveredPages);
    }
}
