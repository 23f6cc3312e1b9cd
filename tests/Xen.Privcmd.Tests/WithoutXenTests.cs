using System;
using System.IO;
using System.Runtime.CompilerServices;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>What can be held true on a machine that is not Xen. The rest runs in a dom0: see tests/Conformance.</summary>
public sealed class WithoutXenTests
{
    [Fact]
    public void Missing_driver_is_named_with_what_to_do()
    {
        Assert.SkipWhen(Directory.Exists("/dev/xen"), "this machine has Xen's device files");
        foreach (Action open in (Action[])[
            () => PrivcmdTransport.Open(), () => PrivcmdForeignMemory.Open(), () => LinuxEventChannels.Open(),
            () => LinuxGrantTable.Open(), () => LinuxGrantShares.Open()])
        {
            var error = Assert.Throws<XenUnavailableException>(open);
            Assert.Equal(XenAbi.XEN_ENOENT, error.Errno);
            Assert.Contains(error.Path, error.Message, StringComparison.Ordinal);
            Assert.Contains("not a Xen machine", error.Message, StringComparison.Ordinal);
            Assert.Contains("modprobe", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public unsafe void Kernels_buffer_descriptor_is_laid_out_as_xens()
    {
        var xen = new xen_dm_op_buf { h = (byte*)0x1122334455667788, size = 0x99 };
        var kernel = Unsafe.As<xen_dm_op_buf, privcmd_dm_op_buf>(ref xen);
        Assert.Equal(sizeof(xen_dm_op_buf), sizeof(privcmd_dm_op_buf));
        Assert.True(kernel.uptr == xen.h.Pointer);
        Assert.Equal(xen.size, (ulong)kernel.size);
    }
}
