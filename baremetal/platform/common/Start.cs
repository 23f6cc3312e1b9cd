using System;
using Xen.Domain;
using Xen.Sys;

namespace Xen.BareMetal;

/// <summary>From the machine's start to the program's, and to its end.</summary>
internal static unsafe class Start
{
    // Kept for a trap, which comes with nothing but registers.
    private static DomainPlatform s_platform;
    private static DirectTransport s_transport;
    private static DirectBuffers s_buffers;
    private static DirectBuffers s_platformBuffer;
    private static void* s_platformPage;
    private static bool s_isEnding;

    internal static ref DomainPlatform Platform => ref s_platform;

    /// <summary>
    /// The platform, for a panic: its page is free, whatever was under way. A panic of what tells of one does not come
    /// back: nothing more is said.
    /// </summary>
    internal static ref DomainPlatform BeginPanic()
    {
        s_platformBuffer = new DirectBuffers(s_platformPage, 1);
        if (s_isEnding)
            s_platform.CrashAtOnce();
        s_isEnding = true;
        s_platform.ListenAgain();
        return ref s_platform;
    }

    /// <summary>The way to Xen, with these pages for buffers.</summary>
    /// <returns>The platform's own, which has the first page: the program may hold all others when it ends.</returns>
    internal static DirectTransport Connect(
        delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> hypercall, void* pages, int count)
    {
        s_platformPage = pages;
        s_platformBuffer = new DirectBuffers(pages, 1);
        // SAFETY: the image has more than one page for buffers.
        s_buffers = new DirectBuffers((byte*)pages + XenPage.Size, count - 1);
        // SAFETY: statics of structures are in the image's data, which does not move.
        fixed (DirectBuffers* buffers = &s_buffers)
        fixed (DirectBuffers* platformBuffer = &s_platformBuffer)
        {
            s_transport = new DirectTransport(hypercall, buffers);
            s_platform.Transport = new DirectTransport(hypercall, platformBuffer);
        }

        return s_platform.Transport;
    }

    /// <summary>Runs the program, and ends the domain when it returns.</summary>
    internal static void Run()
    {
        DomainProgram.Run(ref s_platform, s_transport);
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
