using System.Runtime;
using System.Runtime.CompilerServices;

namespace Xen.BareMetal;

/// <summary>boot/x86_64/instructions.S.</summary>
internal static unsafe class Instructions
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_time_stamp")]
    internal static extern ulong ReadTimeStamp();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_fault_address")]
    internal static extern ulong ReadFaultAddress();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "cpuid")]
    internal static extern void Cpuid(uint leaf, uint* registers);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "write_msr")]
    internal static extern void WriteMsr(uint msr, ulong value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "load_idt")]
    internal static extern void LoadIdt(void* descriptor);
}
