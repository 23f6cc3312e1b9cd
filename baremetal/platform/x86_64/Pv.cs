using System.Runtime;
using Xen.Sys;
using Xen.Sys.X86_64;
using PvAbi = Xen.Sys.X86_64.XenAbi;
using XenAbi = Xen.Sys.XenAbi;

namespace Xen.BareMetal;

/// <summary>The start of a PV domain, dom0 or another.</summary>
// SAFETY: Xen's builder passes its structure, and maps it, the image and the two rings at the addresses of their frames.
internal static unsafe class Pv
{
    private const ulong PresentAndWritable = 3;

    [RuntimeExport("domain_start_pv")]
    private static void Enter(start_info* start, ImageTable* image)
    {
        ref var platform = ref Start.Platform;
        platform.IsPv = true;
        var transport = Start.Connect(image->HypercallByPage, image->Buffers, (int)image->BufferPages);
        Traps.RegisterWithXen(transport, image->TrapEntriesPv);

        Map(transport, 0, 0);
        Map(transport, (ulong)image->StackGuard, 0);
        Map(transport, (ulong)image->SharedInfoPage, start->shared_info | PresentAndWritable);
        platform.Shared = (shared_info*)image->SharedInfoPage;
        platform.BindTimer();

        platform.CommandLineText = (byte*)&start->cmd_line;
        platform.CommandLineLength = Start.LengthOfText(platform.CommandLineText, sizeof(start_info.cmd_line_array));
        platform.IsInitialDomain = (start->flags & XenAbi.SIF_INITDOMAIN) != 0;
        if (!platform.IsInitialDomain)
        {
            platform.StoreRing = (xenstore_domain_interface*)AddressOf(start->store_mfn);
            platform.StorePort = new EventChannelPort(start->store_evtchn);
            platform.UseConsole(
                (xencons_interface*)AddressOf(start->console.domU.mfn),
                new EventChannelPort(start->console.domU.evtchn));
        }

        Start.Run();
    }

    // Xen keeps a table from machine frames to the domain's own, which are at the addresses of their numbers.
    private static void* AddressOf(ulong machineFrame) =>
        (void*)(((ulong*)PvAbi.MACH2PHYS_VIRT_START)[machineFrame] * XenPage.Size);

    private static void Map(DirectTransport transport, ulong address, ulong entry)
    {
        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_update_va_mapping, address, entry, XenAbi.UVMF_INVLPG);
        if (!result.IsSuccess)
            System.Fatal.Stop("update_va_mapping failed"u8);
    }
}
