using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Telemetry;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>A thread that waits for eventfds of which there may be others at any time. It holds no lock while it calls.</summary>
/// <typeparam name="T">What an eventfd is about.</typeparam>
internal sealed class EventPoller<T> : IDisposable
{
    private static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(10);

    private readonly IKernel _kernel;
    private readonly DomainId _domain;
    private readonly ILogger _logger;
    private readonly IEventPollerOwner<T> _owner;
    private readonly EventFile _wake;
    private readonly Thread _thread;
    private volatile bool _hasEnded;
    private int _hasChanged = 1;

    /// <summary>Starts it.</summary>
    /// <param name="kernel">Waits.</param>
    /// <param name="domain">The guest's domain, for messages.</param>
    /// <param name="logger">Gets what is worth to know.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="owner">Says what there is, and is told.</param>
    /// <exception cref="HypercallException">The kernel has no eventfd left.</exception>
    internal EventPoller(IKernel kernel, DomainId domain, ILogger logger, string name, IEventPollerOwner<T> owner)
    {
        _kernel = kernel;
        _domain = domain;
        _logger = logger;
        _owner = owner;
        _wake = EventFile.Create(kernel);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>There are other eventfds than before: it looks for itself.</summary>
    internal void Change()
    {
        Volatile.Write(ref _hasChanged, 1);
        _wake.Signal();
    }

    /// <summary>Ends the thread, and waits for that: not under a lock that the owner takes when it is called.</summary>
    public void Dispose()
    {
        _hasEnded = true;
        _wake.Signal();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        T[] entries = [];
        SafeHandle[] files = [];
        bool[] ready = [];
        while (!_hasEnded)
        {
            if (Interlocked.Exchange(ref _hasChanged, 0) != 0)
            {
                entries = _owner.List();
                files = [_wake.Handle, .. Array.ConvertAll(entries, _owner.FileOf)];
                ready = new bool[files.Length];
            }

            if (!Poll(files, ready))
                continue;
            for (var i = 0; i < entries.Length; i++)
            {
                if (ready[i + 1])
                    _owner.OnReady(entries[i]);
            }
        }
    }

    private bool Poll(SafeHandle[] files, bool[] ready)
    {
        try
        {
            var result = _kernel.Poll(files, ready, milliseconds: -1);
            if (result.Value > 0 && ready[0])
                _wake.TryTake();
            if (result.IsSuccess || result.Errno == Libc.EINTR)
                return result.IsSuccess;
            _logger.PollFailed(_domain, XenErrno.Name(result.Errno));
            _kernel.Pause(s_pauseAfterError);
        }
        catch (ObjectDisposedException)
        {
            _owner.OnClosed();
            Volatile.Write(ref _hasChanged, 1);
        }

        return false;
    }
}
