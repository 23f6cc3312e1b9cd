using System;

namespace Xen.Sys.Tests.Wrappers;

/// <content>memory_op, 12: counts, reservations, maps.</content>
internal static partial class WrapperCases
{
    private static WrapperCase[] MemoryCases =>
    [
        new("MemoryOp.MaximumGfn", static xen =>
        {
            var result = MemoryOp.MaximumGfn(xen, Dom5, out var maximum);
            xen.Out((long)maximum.Value);
            return result;
        })
        { Registers = [12, 14, P], Sent = "0500", Answer = 0xfffff, Out = [0xfffff] },
        new("MemoryOp.CurrentReservation", static xen =>
        {
            var result = MemoryOp.CurrentReservation(xen, Dom5, out var pages);
            xen.Out((long)pages);
            return result;
        })
        { Registers = [12, 3, P], Sent = "0500", Answer = 1234, Out = [1234] },
        new("MemoryOp.MaximumReservation", static xen =>
        {
            var result = MemoryOp.MaximumReservation(xen, Dom5, out var pages);
            xen.Out((long)pages);
            return result;
        })
        { Registers = [12, 4, P], Sent = "0500", Answer = 0x1_0000_0000, Out = [0x1_0000_0000] },
        new("MemoryOp.MaximumRamPage", static xen =>
        {
            var result = MemoryOp.MaximumRamPage(xen, out var frame);
            xen.Out((long)frame);
            return result;
        })
        { Registers = [12, 2], Answer = 77, Out = [77] },
        new("MemoryOp.GetSharingFreedPages", static xen =>
        {
            var result = MemoryOp.GetSharingFreedPages(xen, out var pages);
            xen.Out((long)pages);
            return result;
        })
        { Registers = [12, 18], Answer = 7, Out = [7] },
        new("MemoryOp.GetSharingSharedPages", static xen =>
        {
            var result = MemoryOp.GetSharingSharedPages(xen, out var pages);
            xen.Out((long)pages);
            return result;
        })
        { Registers = [12, 19], Answer = 8, Out = [8] },
        new("MemoryOp.IncreaseReservation", static xen =>
        {
            Span<ulong> extents = [0, 0];
            var result = MemoryOp.IncreaseReservation(xen, Dom5, extents, 9, 0x20, out var done);
            xen.Out(done);
            xen.Out((long)extents[1]);
            return result;
        })
        {
            Registers = [12, 0, P],
            Sent = "[20] 0200000000000000 09000000 20000000 0500 00*6 00*16",
            Answer = 2,
            Reply = ["40:aa"],
            Out = [2, 0xaa],
        },
        new("MemoryOp.PopulatePhysmap", static xen =>
        {
            Span<ulong> extents = [0x100, 0x200];
            var result = MemoryOp.PopulatePhysmap(xen, Dom5, extents, 0, XenAbi.XENMEMF_populate_on_demand, out var done);
            xen.Out(done);
            return result;
        })
        {
            Registers = [12, 6, P],
            Sent = "[20] 0200000000000000 00000000 00000100 0500 00*6 0001 00*6 0002 00*6",
            Answer = 1,
            Out = [1],
        },
        new("MemoryOp.DecreaseReservation", static xen =>
        {
            ReadOnlySpan<ulong> extents = [0x300];
            var result = MemoryOp.DecreaseReservation(xen, Dom5, extents, 1, out var done);
            xen.Out(done);
            return result;
        })
        {
            Registers = [12, 1, P],
            Sent = "[20] 0100000000000000 01000000 00000000 0500 00*6 0003 00*6",
            Answer = 1,
            Out = [1],
        },
        new("MemoryOp.ClaimPages", static xen => MemoryOp.ClaimPages(xen, Dom5, 0x1234))
        { Registers = [12, 24, P], Sent = "00*8 3412 00*6 00*8 0500 00*6" },
        new("MemoryOp.GetMemoryMap", static xen =>
        {
            Span<E820Entry> map = stackalloc E820Entry[2];
            var result = MemoryOp.GetMemoryMap(xen, map, out var count);
            xen.Out(count);
            xen.Out((long)map[1].Start);
            xen.Out((long)map[1].Length);
            xen.Out((long)map[1].Type);
            return result;
        })
        {
            Registers = [12, 9, P],
            Sent = "cc000000 00000000 [10] 00*4080",
            Reply = ["0:02", "36:0000100000000000 0020000000000000 02000000"],
            Out = [2, 0x10_0000, 0x2000, 2],
        },
        new("MemoryOp.GetMemoryMap", static xen =>
        {
            Span<E820Entry> map = stackalloc E820Entry[1];
            var result = MemoryOp.GetMemoryMap(xen, map, out var count);
            xen.Out(count);
            return result;
        })
        {
            Variant = "map that does not fit",
            Registers = [12, 9, P],
            Sent = "cc000000 00000000 [10] 00*4080",
            Reply = ["0:02"],
            Result = -XenAbi.XEN_E2BIG,
            Out = [0],
        },
        new("MemoryOp.GetMemoryMap", static xen =>
        {
            Span<E820Entry> map = stackalloc E820Entry[300];
            var result = MemoryOp.GetMemoryMap(xen, map, out var count);
            xen.Out(count);
            return result;
        })
        {
            Variant = "map that may have been cut",
            Registers = [12, 9, P],
            Sent = "cc000000 00000000 [10] 00*4080",
            Result = -XenAbi.XEN_E2BIG,
            Out = [0],
        },
        new("MemoryOp.SetMemoryMap", static xen => MemoryOp.SetMemoryMap(
            xen, Dom5, [new E820Entry(0, 0x9f000, E820Type.Ram), new E820Entry(0x100000, 0x2000, E820Type.Reserved)]))
        {
            Registers = [12, 13, P],
            Sent = "0500 00*6 02000000 00000000 [18] 00*8 00f00900 00*4 01000000 00001000 00*4 0020 00*6 02000000",
        },
        new("MemoryOp.GetMachineMemoryMap", static xen =>
        {
            Span<E820Entry> map = stackalloc E820Entry[300];
            var result = MemoryOp.GetMachineMemoryMap(xen, map, out var count);
            xen.Out(count);
            xen.Out((long)map[203].Type);
            return result;
        })
        {
            Registers = [12, 10, P],
            Sent = "cc000000 00000000 [10] 00*4080",
            Reply = ["4092:05"],
            Out = [204, 5],
        },
        new("MemoryOp.GetReservedDeviceMemory/3", static xen =>
        {
            Span<xen_reserved_device_memory> ranges = stackalloc xen_reserved_device_memory[2];
            var result = MemoryOp.GetReservedDeviceMemory(xen, ranges, out var count);
            xen.Out(count);
            xen.Out((long)ranges[0].start_pfn);
            xen.Out((long)ranges[0].nr_pages);
            return result;
        })
        {
            Registers = [12, 27, P],
            Sent = "01000000 fe000000 [18] 0000 00 00 00*4 00*4064",
            Reply = ["4:01", "24:1122 00*6 03"],
            Out = [1, 0x2211, 3],
        },
        new("MemoryOp.GetReservedDeviceMemory/4", static xen =>
        {
            Span<xen_reserved_device_memory> ranges = stackalloc xen_reserved_device_memory[2];
            var result = MemoryOp.GetReservedDeviceMemory(xen, new PciSbdf(2, 3, 4, 5), ranges, out var count);
            xen.Out(count);
            return result;
        })
        {
            Registers = [12, 27, P],
            Sent = "00000000 fe000000 [18] 0200 03 25 00*4 00*4064",
            Reply = ["4:00"],
            Out = [0],
        },
        new("MemoryOp.GetReservedDeviceMemory/4", static xen =>
        {
            var result = MemoryOp.GetReservedDeviceMemory(xen, new PciSbdf(2, 3, 4, 5), [], out var count);
            xen.Out(count);
            return result;
        })
        {
            Variant = "more ranges than a page holds",
            Registers = [12, 27, P],
            Sent = "00000000 fe000000 [18] 0200 03 25 00*4 00*4064",
            Answer = -XenAbi.XEN_ENOBUFS,
            Out = [0],
        },
        new("MemoryOp.GetPodTarget", static xen =>
        {
            var result = MemoryOp.GetPodTarget(xen, Dom5, out var target);
            xen.Out((long)target.TotalPages);
            xen.Out((long)target.CachedPages);
            xen.Out((long)target.Entries);
            return result;
        })
        {
            Registers = [12, 17, P],
            Sent = "00*32 0500 00*6",
            Reply = ["8:01", "16:02", "24:03"],
            Out = [1, 2, 3],
        },
        new("MemoryOp.SetPodTarget", static xen =>
        {
            var result = MemoryOp.SetPodTarget(xen, Dom5, 0x800, out var target);
            xen.Out((long)target.TotalPages);
            xen.Out((long)target.CachedPages);
            xen.Out((long)target.Entries);
            return result;
        })
        {
            Registers = [12, 16, P],
            Sent = "0008 00*6 00*24 0500 00*6",
            Reply = ["8:01", "16:02", "24:03"],
            Out = [1, 2, 3],
        },
    ];
}
