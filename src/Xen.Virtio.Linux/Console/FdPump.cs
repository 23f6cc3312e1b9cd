using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Console;

/// <summary>A thread that waits for the files of an end, and sleeps unless what was asked for happens.</summary>
internal sealed class FdPump : IDisposable
{
    private const int MaxFiles = 2;

    private readonly IFdPumpOwner _owner;
    private readonly SafeFileHandle _wake;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>Makes the thread, which does not run yet.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="owner">Whose files.</param>
    /// <exception cref="IOException">The process has no file left to open.</exception>
    public FdPump(string name, IFdPumpOwner owner)
    {
        _owner = owner;
        _wake = Posix.Eventfd(0, Posix.EFD_CLOEXEC | Posix.EFD_NONBLOCK);
        if (_wake.IsInvalid)
            throw new IOException($"eventfd: {Marshal.GetLastPInvokeErrorMessage()}");
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Lets the thread run.</summary>
    public void Start() => _thread.Start();

    /// <summary>Has the thread ask its owner again what to wait for.</summary>
    public void Wake()
    {
        // Once more would overflow it only if nobody had read it 2^64 times.
        ReadOnlySpan<byte> one = BitConverter.IsLittleEndian ? [1, 0, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 0, 0, 0, 0, 1];
        try
        {
            Posix.Write(_wake, one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <summary>Ends the thread. The owner is not called any more after that.</summary>
    public void Dispose()
    {
        _isStopping = true;
        Wake();

        // A handler of the owner's event may be what disposes.
        if (_thread != Thread.CurrentThread && _thread.ThreadState.HasFlag(ThreadState.Unstarted) is false)
            _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        Span<Posix.PollFd> files = stackalloc Posix.PollFd[MaxFiles + 1];
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        while (!_isStopping)
        {
            files.Clear();
            // SAFETY: only the number is used; the handle is closed after this thread has ended.
            files[0] = new Posix.PollFd { Fd = (int)_wake.DangerousGetHandle(), Events = Posix.POLLIN };
            var timeout = _owner.Arm(files[1..]);
            if (Posix.Poll(files, (nuint)files.Length, timeout) < 0)
            {
                // EINTR, or no memory: what the files are like is not known.
                for (var i = 0; i < files.Length; i++)
                    files[i].Revents = 0;
            }

            if (_isStopping)
                return;
            if (files[0].Revents != 0)
                Posix.Read(_wake, count, sizeof(ulong));
            _owner.Polled(files[1..]);
        }
    }
}
