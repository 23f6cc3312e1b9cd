using System;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Console;

/// <summary>A peer that listens on a socket's file, and may come and go.</summary>
internal sealed class ConnectingPeerSource(string path, ILogger logger) : IPeerSource
{
    private const int MinDelay = 100;
    private const int MaxDelay = 5000;

    private readonly byte[] _address = UnixSocket.Address(path);
    private int _delay = MinDelay;
    private long _next;
    private int _lastError;

    /// <inheritdoc/>
    public int Arm(ref Posix.PollFd file, bool hasPeer, bool hasRoom)
    {
        file = FdIo.Entry(null, 0);
        return hasPeer || !hasRoom ? -1 : (int)Math.Max(_next - Environment.TickCount64, 0);
    }

    /// <inheritdoc/>
    public SafeFileHandle? Take(bool hasPeer, bool hasRoom)
    {
        var now = Environment.TickCount64;
        if (hasPeer || !hasRoom || now < _next)
            return null;

        // A peer that stayed for a while is looked for anew at once; one that goes at once is not.
        if (now - _next > MaxDelay)
            _delay = MinDelay;
        _next = now + _delay;
        _delay = Math.Min(2 * _delay, MaxDelay);
        var peer = UnixSocket.Connect(_address);
        var error = peer is null ? Marshal.GetLastPInvokeError() : 0;
        if (error != _lastError && error is not (0 or Posix.ENOENT or Posix.ECONNREFUSED or Posix.EAGAIN))
            ConsoleLog.Failed(logger, path, Marshal.GetPInvokeErrorMessage(error));
        _lastError = error;
        return peer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A peer is its taker's.
    }
}
