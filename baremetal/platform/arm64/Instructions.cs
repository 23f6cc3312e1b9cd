using System.Runtime;
using System.Runtime.CompilerServices;

namespace Xen.BareMetal;

/// <summary>boot/arm64/instructions.S.</summary>
internal static class Instructions
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_counter")]
    internal static extern ulong ReadCounter();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_counter_frequency")]
    internal static extern ulong ReadCounterFrequency();
}
