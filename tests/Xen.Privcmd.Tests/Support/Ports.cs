using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xen.Privcmd.Kernel;

namespace Xen.Privcmd.Tests.Support;

/// <summary>A pipe in the place of <c>/dev/xen/evtchn</c>: what a test writes into it are the pending ports.</summary>
internal sealed unsafe partial class Ports : IDisposable
{
    private const int Both = Libc.O_NONBLOCK | Libc.O_CLOEXEC;

    private readonly SafeFileHandle _end;

    internal Ports(EventChannelOptions? options = null)
    {
        Span<int> ends = stackalloc int[2];
        fixed (int* first = ends)
            Assert.Equal(0, Pipe(first, Both));
        File = new SafeFileHandle(ends[0], ownsHandle: true);
        _end = new SafeFileHandle(ends[1], ownsHandle: true);
        Kernel.Files[XenDevice.EventChannel] = File;
        Channels = LinuxEventChannels.Open(Kernel, options);
    }

    internal ScriptedKernel Kernel { get; } = new();

    internal SafeFileHandle File { get; }

    internal LinuxEventChannels Channels { get; }

    public void Dispose()
    {
        Channels.Dispose();
        _end.Dispose();
    }

    /// <summary>Makes a port pending. False if the pipe is full.</summary>
    internal bool TryRaise(uint port) =>
        LinuxKernel.Instance.Write(_end, &port, sizeof(uint)).Value == sizeof(uint);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int Pipe(int* ends, int flags);
}
