using System;
using System.Runtime.CompilerServices;

namespace DomainMonitor;

/// <summary>Faults on request: <c>panic=trap</c>, <c>bounds</c>, <c>null</c> or <c>stack</c>.</summary>
internal static class DeliberateFault
{
    // Not canonical on x86_64, beyond every address space on arm64.
    private const ulong Nowhere = 0xdead_0000_0000_0000;

    // SAFETY: nothing is there, and that is the purpose.
    internal static unsafe void Commit(PanicKind kind)
    {
        ReadOnlySpan<byte> three = "abc"u8;
        if (kind == PanicKind.Trap)
            *(byte*)Nowhere = 1;
        else if (kind == PanicKind.Bounds && three[(int)kind + three.Length] == 0)
            Commit(PanicKind.Trap);
        else if (kind == PanicKind.Null)
            *(byte*)null = 1;
        else if (kind == PanicKind.Stack)
            Descend(1);
    }

    // What is added afterwards keeps each call's place on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Descend(ulong depth) => depth == 0 ? 0 : Descend(depth + 1) + depth;
}
