using System;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Linux.Console;

/// <summary>Peers that connect to a socket's file.</summary>
internal sealed class ListeningPeerSource : IPeerSource
{
    private const int PauseTime = 1000;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly SafeFileHandle _listener;
    private long _pausedUntil;

    public ListeningPeerSource(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _listener = UnixSocket.Listen(path, UnixSocket.Address(path));
    }

    /// <inheritdoc/>
    public int Arm(ref Posix.PollFd file, bool hasPeer, bool hasRoom)
    {
        var pause = (int)Math.Max(_pausedUntil - Environment.TickCount64, 0);
        file = FdIo.Entry(pause == 0 && (hasPeer || hasRoom) ? _listener : null, Posix.POLLIN);
        return pause == 0 ? -1 : pause;
    }

    /// <inheritdoc/>
    public SafeFileHandle? Take(bool hasPeer, bool hasRoom)
    {
        if ((!hasPeer && !hasRoom) || _pausedUntil > Environment.TickCount64)
            return null;
        // SAFETY: no address is asked for, so the kernel writes to none.
        var peer = Posix.Accept4(_listener, 0, 0, Posix.SOCK_NONBLOCK | Posix.SOCK_CLOEXEC);
        if (peer.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            if (Posix.IsRetry(error) || error == Posix.ECONNABORTED)
                return null;

            // No file left to open: the client waits, and so that this thread does not spin, so does it.
            _pausedUntil = Environment.TickCount64 + PauseTime;
            ConsoleLog.Failed(_logger, _path, Marshal.GetPInvokeErrorMessage(error));
            return null;
        }

        if (!hasPeer)
            return peer;
        ConsoleLog.Refused(_logger, _path);
        peer.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        UnixSocket.Remove(_path);
        _listener.Dispose();
    }
}
