using System;

namespace Xen.Sys.Tests.Wrappers;

/// <content>grant_table_op, 20, and multicall, 13. A status that Xen did not write is -1, which is ffff.</content>
internal static partial class WrapperCases
{
    // What a failed call leaves in the status of a batch is what Xen wrote there before it failed.
    private const long Scribbled = unchecked((short)0xa5a5);

    private static WrapperCase[] GrantTableCases =>
    [
        new("GrantTableOp.Map", static xen =>
        {
            Span<gnttab_map_grant_ref> grants = stackalloc gnttab_map_grant_ref[2];
            grants[0] = new gnttab_map_grant_ref { host_addr = 0x1000, flags = 2, @ref = 8, dom = 5 };
            grants[1] = new gnttab_map_grant_ref { host_addr = 0x2000, flags = 6, @ref = 9, dom = 5 };
            var result = GrantTableOp.Map(xen, grants);
            xen.Out(grants[0].status);
            xen.Out(grants[0].handle);
            xen.Out((long)grants[0].dev_bus_addr);
            xen.Out(grants[1].status);
            return result;
        })
        {
            Registers = [20, 0, P, 2],
            Sent = "0010 00*6 02000000 08000000 0500 ffff 00*4 00*8 0020 00*6 06000000 09000000 0500 ffff 00*4 00*8",
            Reply = ["18:0000 07000000 1122 00*6", "50:fdff"],
            Out = [0, 7, 0x2211, XenAbi.GNTST_bad_gntref],
            OutOnFailure = [Scribbled, 0xa5a5a5a5, unchecked((long)0xa5a5a5a5a5a5a5a5), Scribbled],
            OutWithoutBuffer = [XenAbi.GNTST_general_error, 0, 0, XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.Unmap", static xen =>
        {
            Span<gnttab_unmap_grant_ref> mappings = stackalloc gnttab_unmap_grant_ref[1];
            mappings[0] = new gnttab_unmap_grant_ref { host_addr = 0x1000, dev_bus_addr = 0x3000, handle = 7 };
            var result = GrantTableOp.Unmap(xen, mappings);
            xen.Out(mappings[0].status);
            return result;
        })
        {
            Registers = [20, 1, P, 1],
            Sent = "0010 00*6 0030 00*6 07000000 ffff 0000",
            Reply = ["20:fcff"],
            Out = [XenAbi.GNTST_bad_handle],
            OutOnFailure = [Scribbled],
            OutWithoutBuffer = [XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.UnmapAndReplace", static xen =>
        {
            Span<gnttab_unmap_and_replace> mappings = stackalloc gnttab_unmap_and_replace[1];
            mappings[0] = new gnttab_unmap_and_replace { host_addr = 0x1000, new_addr = 0x3000, handle = 7 };
            var result = GrantTableOp.UnmapAndReplace(xen, mappings);
            xen.Out(mappings[0].status);
            return result;
        })
        {
            Registers = [20, 7, P, 1],
            Sent = "0010 00*6 0030 00*6 07000000 ffff 0000",
            Reply = ["20:0000"],
            Out = [0],
            OutOnFailure = [Scribbled],
            OutWithoutBuffer = [XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.Copy", static xen =>
        {
            Span<gnttab_copy> copies = stackalloc gnttab_copy[1];
            copies[0].source.u.@ref = 8;
            copies[0].source.domid = 5;
            copies[0].source.offset = 0x10;
            copies[0].dest.u.gmfn = 0x1234;
            copies[0].dest.domid = DomainId.Self.Value;
            copies[0].dest.offset = 0x20;
            copies[0].len = 0x200;
            copies[0].flags = 1;
            var result = GrantTableOp.Copy(xen, copies);
            xen.Out(copies[0].status);
            return result;
        })
        {
            Registers = [20, 5, P, 1],
            Sent = "08000000 00000000 0500 1000 00*4 3412 00*6 f07f 2000 00*4 0002 0100 ffff 0000",
            Reply = ["36:f6ff"],
            Out = [XenAbi.GNTST_bad_copy_arg],
            OutOnFailure = [Scribbled],
            OutWithoutBuffer = [XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.CacheFlush", static xen =>
        {
            Span<gnttab_cache_flush> flushes = stackalloc gnttab_cache_flush[1];
            flushes[0].a.@ref = 8;
            flushes[0].offset = 0x40;
            flushes[0].length = 0x80;
            flushes[0].op = XenAbi.GNTTAB_CACHE_CLEAN | XenAbi.GNTTAB_CACHE_SOURCE_GREF;
            return GrantTableOp.CacheFlush(xen, flushes);
        })
        { Registers = [20, 12, P, 1], Sent = "08000000 00000000 4000 8000 01000080" },
        new("GrantTableOp.QuerySize", static xen =>
        {
            var result = GrantTableOp.QuerySize(xen, Dom5, out var size, out var status);
            xen.Out(size.Frames);
            xen.Out(size.MaximumFrames);
            xen.Out((long)status);
            return result;
        })
        {
            Registers = [20, 6, P, 1],
            Sent = "0500 0000 00000000 00000000 ffff 0000",
            Reply = ["4:04000000 40000000 0000"],
            Out = [4, 64, 0],
            OutOnFailure = [0, 0, XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.QuerySize", static xen =>
        {
            var result = GrantTableOp.QuerySize(xen, Dom5, out var size, out var status);
            xen.Out(size.Frames);
            xen.Out(size.MaximumFrames);
            xen.Out((long)status);
            return result;
        })
        {
            Variant = "status that is not okay",
            Registers = [20, 6, P, 1],
            Sent = "0500 0000 00000000 00000000 ffff 0000",
            Reply = ["4:04000000 40000000 feff"],
            Out = [0, 0, XenAbi.GNTST_bad_domain],
            OutOnFailure = [0, 0, XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.SetupTable", static xen =>
        {
            Span<ulong> frames = stackalloc ulong[2];
            var result = GrantTableOp.SetupTable(xen, Dom5, frames, out var status);
            xen.Out((long)frames[1]);
            xen.Out((long)status);
            return result;
        })
        {
            Registers = [20, 2, P, 1],
            Sent = "0500 0000 02000000 ffff 00*6 [18] 00*16",
            Reply = ["8:0000", "32:77"],
            Out = [0x77, 0],
            OutOnFailure = [0, XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.GetStatusFrames", static xen =>
        {
            Span<ulong> frames = stackalloc ulong[2];
            var result = GrantTableOp.GetStatusFrames(xen, Dom5, frames, out var status);
            xen.Out((long)frames[1]);
            xen.Out((long)status);
            return result;
        })
        {
            Registers = [20, 9, P, 1],
            Sent = "02000000 0500 ffff [10] 00*16",
            Reply = ["6:0000", "24:77"],
            Out = [0x77, 0],
            OutOnFailure = [0, XenAbi.GNTST_general_error],
        },
        new("GrantTableOp.SetVersion", static xen =>
        {
            var result = GrantTableOp.SetVersion(xen, 2, out var inEffect);
            xen.Out(inEffect);
            return result;
        })
        { Registers = [20, 8, P, 1], Sent = "02000000", Reply = ["0:01"], Out = [1] },
        new("GrantTableOp.GetVersion", static xen =>
        {
            var result = GrantTableOp.GetVersion(xen, Dom5, out var version);
            xen.Out(version);
            return result;
        })
        { Registers = [20, 10, P, 1], Sent = "0500 0000 00000000", Reply = ["4:02"], Out = [2] },
        new("GrantTableOp.Swap", static xen =>
        {
            Span<gnttab_swap_grant_ref> swaps = stackalloc gnttab_swap_grant_ref[1];
            swaps[0] = new gnttab_swap_grant_ref { ref_a = 8, ref_b = 9 };
            var result = GrantTableOp.Swap(xen, swaps);
            xen.Out(swaps[0].status);
            return result;
        })
        {
            Registers = [20, 11, P, 1],
            Sent = "08000000 09000000 ffff 0000",
            Reply = ["8:0000"],
            Out = [0],
            OutOnFailure = [Scribbled],
            OutWithoutBuffer = [XenAbi.GNTST_general_error],
        },
    ];

    private static WrapperCase[] MulticallCases =>
    [
        new("Multicall.Invoke", static xen =>
        {
            Span<multicall_entry> calls = stackalloc multicall_entry[2];
            calls[0].op = 17;
            calls[1].op = 12;
            calls[1].args[0] = 2;
            calls[1].args[5] = 6;
            var result = Multicall.Invoke(xen, calls);
            xen.Out((long)calls[0].result);
            xen.Out((long)calls[1].result);
            return result;
        })
        {
            Registers = [13, P, 2],
            Sent = "11 00*7 f5 ff*7 00*48 0c 00*7 f5 ff*7 02 00*7 00*32 06 00*7",
            Reply = ["8:11000400 00*4", "72:daffffff ff*4"],
            Out = [(4 << 16) | 17, -XenAbi.XEN_ENOSYS],
            OutOnFailure = [unchecked((long)0xa5a5a5a5a5a5a5a5), unchecked((long)0xa5a5a5a5a5a5a5a5)],
            OutWithoutBuffer = [-XenAbi.XEN_EAGAIN, -XenAbi.XEN_EAGAIN],
        },
    ];
}
