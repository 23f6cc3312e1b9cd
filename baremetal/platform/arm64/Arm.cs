using System;
using System.Runtime;
using Xen.Domain;
using Xen.Sys;

namespace Xen.BareMetal;

/// <summary>The start of a domain on arm64, dom0 or another.</summary>
// SAFETY: the first 512 GiB of addresses are the domain's frames; the loader passes its device tree, and the tools put
// the rings, below that.
internal static unsafe class Arm
{
    // Linux takes no larger one either: Documentation/arm64/booting.rst.
    private const uint LargestDeviceTree = 2 * 1024 * 1024;

    [RuntimeExport("domain_start")]
    private static void Enter(byte* deviceTree, ImageTable* image)
    {
        ref var platform = ref Start.Platform;
        var transport = Start.Connect(image->HypercallByHvc, image->Buffers, (int)image->BufferPages);

        var frame = new GuestFrameNumber((ulong)image->SharedInfoPage / XenPage.Size);
        if (!MemoryOp.AddToPhysmap(transport, DomainId.Self, PhysmapSpace.SharedInfo, 0, frame).IsSuccess)
            Fatal.Stop("no shared information page"u8);
        platform.Shared = (shared_info*)image->SharedInfoPage;
        platform.SetClock();
        ReadCommandLine(ref platform, deviceTree);

        XenVersionOp.GetFeatures(transport, XenAbi.XENFEAT_dom0 / 32, out var features);
        platform.IsInitialDomain = (features & (1u << (int)(XenAbi.XENFEAT_dom0 % 32))) != 0;
        if (!platform.IsInitialDomain)
        {
            platform.StoreRing = (xenstore_domain_interface*)Page(transport, XenAbi.HVM_PARAM_STORE_PFN);
            platform.StorePort = new EventChannelPort((uint)Parameter(transport, XenAbi.HVM_PARAM_STORE_EVTCHN));
            platform.UseConsole(
                (xencons_interface*)Page(transport, XenAbi.HVM_PARAM_CONSOLE_PFN),
                new EventChannelPort((uint)Parameter(transport, XenAbi.HVM_PARAM_CONSOLE_EVTCHN)));
        }

        Start.Run();
    }

    private static void ReadCommandLine(ref DomainPlatform platform, byte* deviceTree)
    {
        var header = new ReadOnlySpan<byte>(deviceTree, DeviceTreeBlob.HeaderSize);
        if (deviceTree is null
            || !DeviceTreeBlob.TryReadTotalSize(header, out var size)
            || size > LargestDeviceTree
            || !DeviceTreeBlob.TryOpen(new ReadOnlySpan<byte>(deviceTree, (int)size), out var tree)
            || !tree.TryGetProperty("/chosen"u8, "bootargs"u8, out var arguments))
        {
            return;
        }

        // SAFETY: the text is in memory that stays mapped and does not move.
        fixed (byte* text = arguments)
        {
            platform.CommandLineText = text;
            platform.CommandLineLength = Start.LengthOfText(text, arguments.Length);
        }
    }

    private static void* Page(DirectTransport transport, uint parameter) =>
        (void*)(Parameter(transport, parameter) * XenPage.Size);

    private static ulong Parameter(DirectTransport transport, uint parameter)
    {
        HvmOp.GetParameter(transport, DomainId.Self, parameter, out var value);
        return value;
    }
}
