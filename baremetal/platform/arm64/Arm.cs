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
    // boot/arm64/start.S maps 512 GiB.
    private const ulong MappedFrames = 1UL << 27;

    // Linux takes no larger one either: Documentation/arm64/booting.rst.
    private const uint LargestDeviceTree = 2 * 1024 * 1024;

    [RuntimeExport("domain_start")]
    private static void Enter(byte* deviceTree, ImageTable* image)
    {
        ref var platform = ref Start.Platform;
        var transport = Start.Connect(image->HypercallByHvc, image->Buffers, (int)image->BufferPages);

        platform.Shared = SharedInfoPage.Map(transport, image->SharedInfoPage);
        platform.SetClock();
        ReadCommandLine(ref platform, deviceTree);

        XenVersionOp.GetFeatures(transport, XenAbi.XENFEAT_dom0 / 32, out var features);
        platform.IsInitialDomain = (features & (1u << (int)(XenAbi.XENFEAT_dom0 % 32))) != 0;
        if (!platform.IsInitialDomain)
            HvmRings.Find(ref platform, transport, MappedFrames);

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
}
