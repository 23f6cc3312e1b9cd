using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

public sealed class HypercallPackingTests
{
    /// <summary>A known peer puts the fifth argument where the kernel does not look for it.</summary>
    [Fact]
    public void Number_and_five_arguments_stand_where_the_kernel_reads_them()
    {
        privcmd_hypercall call = PrivcmdTransport.Pack(17, 0x11, 0x22, 0x33, 0x44, ulong.MaxValue);
        ulong[] words = MemoryMarshal.Cast<privcmd_hypercall, ulong>(MemoryMarshal.CreateReadOnlySpan(ref call, 1)).ToArray();
        Assert.Equal([17UL, 0x11UL, 0x22UL, 0x33UL, 0x44UL, ulong.MaxValue], words);
    }
}
