using System;
using System.Runtime;
using Xen.Sys;
using Xen.Sys.X86_64;
using HvmAbi = Xen.Sys.X86_64.XenAbi;
using XenAbi = Xen.Sys.XenAbi;

namespace Xen.BareMetal;

/// <summary>The start of a PVH domain.</summary>
// SAFETY: the first 4 GiB of addresses are the domain's frames; the tools put what they pass, and the rings, below that.
internal static unsafe class Pvh
{
    // boot/x86_64/start_pvh.S maps 4 GiB.
    private const ulong MappedFrames = 1UL << 20;
    private const int MaximumCommandLine = 4096;
    private const uint Amd = 0x68747541;      // "Auth", of AuthenticAMD
    private const uint Hygon = 0x6f677948;    // "Hygo", of HygonGenuine

    [RuntimeExport("domain_start_pvh")]
    private static void Enter(hvm_start_info* start, ImageTable* image)
    {
        Traps.LoadTable(image->TrapEntriesPvh);
        ref var platform = ref Start.Platform;
        var transport = Start.Connect(WayToXen(image), image->Buffers, (int)image->BufferPages);

        platform.Shared = SharedInfoPage.Map(transport, image->SharedInfoPage);
        platform.BindTimer();

        platform.CommandLineText = (byte*)start->cmdline_paddr;
        platform.CommandLineLength = platform.CommandLineText is null
            ? 0 : Start.LengthOfText(platform.CommandLineText, MaximumCommandLine);
        platform.IsInitialDomain = (start->flags & XenAbi.SIF_INITDOMAIN) != 0;
        if (!platform.IsInitialDomain)
            HvmRings.Find(ref platform, transport, MappedFrames);

        Start.Run();
    }

    // The page, if Xen offers one; a newer Xen need not.
    private static delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> WayToXen(ImageTable* image)
    {
        var registers = stackalloc uint[4];
        for (uint leaf = HvmAbi.XEN_CPUID_FIRST_LEAF; leaf < HvmAbi.XEN_CPUID_FIRST_LEAF + 0x10000; leaf += 0x100)
        {
            Instructions.Cpuid(leaf, registers);
            if (registers[1] != HvmAbi.XEN_CPUID_SIGNATURE_EBX
                || registers[2] != HvmAbi.XEN_CPUID_SIGNATURE_ECX
                || registers[3] != HvmAbi.XEN_CPUID_SIGNATURE_EDX)
            {
                continue;
            }

            Instructions.Cpuid(leaf + 2, registers);
            if (registers[0] == 0)
                break;

            Instructions.WriteMsr(registers[1], (ulong)image->HypercallPage);
            return image->HypercallByPage;
        }

        Instructions.Cpuid(0, registers);
        return registers[1] is Amd or Hygon ? image->HypercallByVmmcall : image->HypercallByVmcall;
    }
}
