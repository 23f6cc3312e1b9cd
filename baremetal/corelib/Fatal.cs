using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

/// <summary>The end, where a runtime would throw.</summary>
public static unsafe class Fatal
{
    /// <summary>Says why on every console that there is, and ends the domain as crashed.</summary>
    [DoesNotReturn]
    public static void Stop(ReadOnlySpan<byte> reason)
    {
        // SAFETY: the platform reads no more than the length.
        fixed (byte* text = reason)
            FatalStop(text, reason.Length);
        while (true)
        {
        }
    }

    // The platform has it; a stub that saves the registers is in between.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "fatal_stop")]
    private static extern void FatalStop(byte* reason, int length);
}
