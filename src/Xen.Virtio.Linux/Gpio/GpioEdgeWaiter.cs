using System;
using System.Buffers.Binary;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>Waits on a thread of its own for the lines that are watched: epoll(7).</summary>
/// <remarks>
/// Not poll(2), whose list holds the files while it waits: a line has to be given back to the host at the moment when the
/// guest gives it up, since it may request it again at once.
/// </remarks>
internal sealed partial class GpioEdgeWaiter : IDisposable
{
    private const int Add = 1;
    private const int Remove = 2;
    private const uint Readable = 1;
    private const int StopKey = -1;
    private const int MaxEvents = 16;

    // The structure is packed on x86, and nowhere else.
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventSize = s_dataOffset + sizeof(long);

    private readonly Action<int> _ready;
    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _stop;
    private readonly Thread _thread;

    /// <summary>Begins to wait.</summary>
    /// <param name="ready">Called on the thread with the key of a line that has events. Never throws.</param>
    /// <exception cref="IOException">The process has no file left.</exception>
    public GpioEdgeWaiter(Action<int> ready)
    {
        _ready = ready;
        _epoll = Check(EpollCreate(Posix.O_CLOEXEC));
        _stop = Check(Posix.Eventfd(0, Posix.EFD_CLOEXEC | Posix.EFD_NONBLOCK));
        if (!TryControl(Add, _stop, StopKey))
            throw new IOException($"epoll_ctl: {Marshal.GetLastPInvokeErrorMessage()}");
        _thread = new Thread(Run) { IsBackground = true, Name = "gpio-edges" };
        _thread.Start();
    }

    /// <summary>Waits for a line, too.</summary>
    /// <param name="line">Its file.</param>
    /// <param name="key">What to call back with; 0 or more.</param>
    public bool TryAdd(SafeFileHandle line, int key) => TryControl(Add, line, key);

    /// <summary>Waits for a line no more. It may be called back once more.</summary>
    /// <param name="line">Its file, which is open still.</param>
    public void Forget(SafeFileHandle line) => TryControl(Remove, line, 0);

    /// <summary>Ends the thread. Not to be called on it.</summary>
    public void Dispose()
    {
        RandomAccess.Write(_stop, BitConverter.GetBytes(1UL), 0);
        _thread.Join();
        _stop.Dispose();
        _epoll.Dispose();
    }

    private void Run()
    {
        Span<byte> events = stackalloc byte[MaxEvents * s_eventSize];
        while (true)
        {
            var count = EpollWait(_epoll, events, MaxEvents, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Posix.EINTR)
                return;
            for (var i = 0; i < count; i++)
            {
                var key = BinaryPrimitives.ReadInt32LittleEndian(events[((i * s_eventSize) + s_dataOffset)..]);
                if (key == StopKey)
                    return;
                _ready(key);
            }
        }
    }

    private bool TryControl(int operation, SafeFileHandle file, int key)
    {
        Span<byte> change = stackalloc byte[s_eventSize];
        change.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(change, Readable);
        BinaryPrimitives.WriteInt32LittleEndian(change[s_dataOffset..], key);
        return EpollControl(_epoll, operation, file, change) == 0;
    }

    private static SafeFileHandle Check(SafeFileHandle file) =>
        file.IsInvalid ? throw new IOException($"epoll: {Marshal.GetLastPInvokeErrorMessage()}") : file;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial SafeFileHandle EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(SafeFileHandle epoll, int operation, SafeFileHandle file, Span<byte> change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(SafeFileHandle epoll, Span<byte> events, int count, int timeout);
}
