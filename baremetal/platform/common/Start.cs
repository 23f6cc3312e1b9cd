using System;
using Xen.Domain;
using Xen.Sys;

namespace Xen.BareMetal;

/// <summary>From the machine's start to the program's, and to its end.</summary>
internal static unsafe class Start
{
    // Kept for a trap, which comes with nothing but registers.
    private static DomainPlatform s_platform;
    private static DirectBuffers s_buffers;

    internal static ref DomainPlatform Platform => ref s_platform;

    /// <summary>The way to Xen, with these pages for buffers.</summary>
    internal static DirectTransport Connect(
        delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> hypercall, void* pages, int count)
    {
        s_buffers = new DirectBuffers(pages, count);
        // SAFETY: a static of a structure is in the image's data, which does not move.
        fixed (DirectBuffers* buffers = &s_buffers)
            s_platform.Transport = new DirectTransport(hypercall, buffers);
        return s_platform.Transport;
    }

    /// <summary>Runs the program, and ends the domain when it returns.</summary>
    internal static void Run()
    {
        DomainProgram.Run(ref s_platform, s_platform.Transport);
        s_platform.Shutdown(ShutdownReason.PowerOff);
    }

    /// <summary>The length of a text that ends with a zero byte, or with the memory that it may take.</summary>
    // SAFETY: no byte beyond the room is read.
    internal static int LengthOfText(byte* text, int room)
    {
        var length = 0;
        while (length < room && text[length] != 0)
            length++;
        return length;
    }
}
