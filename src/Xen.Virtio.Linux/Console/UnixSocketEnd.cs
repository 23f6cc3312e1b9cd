using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Devices.Console;

namespace Xen.Virtio.Linux.Console;

/// <summary>A Unix stream socket, on which this process listens, or to which it connects.</summary>
/// <remarks>
/// One connection at a time. While there is none, what the guest writes is thrown away: a Linux guest would stand still
/// otherwise. What a peer has sent before it went still comes to the guest, before that of the next one; if as many as
/// 16 went and left data that the guest does not read, the next one waits.
/// </remarks>
public sealed class UnixSocketEnd : IConsoleEnd, IDisposable, IFdPumpOwner
{
    private const int MaxInputs = 16;
    private const short Gone = Posix.POLLHUP | Posix.POLLERR | Posix.POLLNVAL;

    private readonly string _path;
    private readonly IPeerSource _source;
    private readonly ILogger _logger;
    private readonly FdPump _pump;
    private readonly Lock _gate = new();

    // Those whose data is still to be read: the peers that went, and then the one that is there.
    private readonly Queue<SafeFileHandle> _inputs = new();
    private SafeFileHandle? _peer;
    private bool _wantsInput;
    private bool _wantsRoom;
    private bool _isPeerLost;
    private bool _isDisposed;

    private UnixSocketEnd(string path, IPeerSource source, ILogger logger)
    {
        _path = path;
        _source = source;
        _logger = logger;
        try
        {
            _pump = new FdPump("con/unix", this);
        }
        catch
        {
            source.Dispose();
            throw;
        }

        TakePeer();
        _pump.Start();
    }

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <inheritdoc/>
    public bool IsConnected
    {
        get
        {
            lock (_gate)
                return _peer is not null;
        }
    }

    /// <summary>Listens. One client is served at a time; another one is refused as long as it is there.</summary>
    /// <param name="path">The socket's file, which only this user may use. One that is left over is replaced. Removed
    /// by <see cref="Dispose"/>.</param>
    /// <param name="logger">Where connections are reported.</param>
    /// <exception cref="IOException">Somebody listens there, something else is there, there is no such folder, or the
    /// path is over 107 bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not replace what is there.</exception>
    public static UnixSocketEnd Listen(string path, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        logger ??= NullLogger.Instance;
        return new UnixSocketEnd(path, new ListeningPeerSource(path, logger), logger);
    }

    /// <summary>Connects, at once or as soon as somebody listens, and again whenever the connection is lost.</summary>
    /// <param name="path">The socket's file. It need not be there.</param>
    /// <param name="logger">Where connections are reported.</param>
    /// <exception cref="IOException">The path is over 107 bytes.</exception>
    public static UnixSocketEnd Connect(string path, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        logger ??= NullLogger.Instance;
        return new UnixSocketEnd(path, new ConnectingPeerSource(path, logger), logger);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
            return 0;
        lock (_gate)
        {
            while (_inputs.TryPeek(out var input))
            {
                var count = FdIo.Read(input, destination);
                if (count > 0)
                    return count;
                if (count < 0 && Posix.IsRetry(-count))
                {
                    if (!_wantsInput)
                    {
                        _wantsInput = true;
                        _pump.Wake();
                    }

                    return 0;
                }

                // The end. A peer that only sends no more still gets what the guest writes.
                _inputs.Dequeue();
                if (input == _peer)
                    continue;
                input.Dispose();
                _pump.Wake();
            }

            return 0;
        }
    }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> source)
    {
        lock (_gate)
        {
            if (_peer is null || _isPeerLost || source.IsEmpty)
                return source.Length;
            var count = FdIo.Send(_peer, source);
            if (count < 0 && !Posix.IsRetry(-count))
            {
                _isPeerLost = true;
                _pump.Wake();
                return source.Length;
            }

            if (count < source.Length && !_wantsRoom)
            {
                _wantsRoom = true;
                _pump.Wake();
            }

            return Math.Max(count, 0);
        }
    }

    /// <summary>Closes the connection, and removes the file if this end listens.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _pump.Dispose();
        lock (_gate)
        {
            _peer?.Dispose();
            _peer = null;
            foreach (var input in _inputs)
                input.Dispose();
            _inputs.Clear();
        }

        _source.Dispose();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    int IFdPumpOwner.Arm(Span<Posix.PollFd> files)
    {
        lock (_gate)
        {
            files[0] = FdIo.Entry(_peer, FdIo.Events(_wantsInput, _wantsRoom));
            return _source.Arm(ref files[1], hasPeer: _peer is not null, hasRoom: _inputs.Count < MaxInputs);
        }
    }

    void IFdPumpOwner.Polled(ReadOnlySpan<Posix.PollFd> files)
    {
        var events = files[0].Revents;
        bool isLost;
        lock (_gate)
        {
            if ((events & Posix.POLLIN) != 0)
                _wantsInput = false;
            if ((events & Posix.POLLOUT) != 0)
                _wantsRoom = false;
            isLost = _peer is not null && (_isPeerLost || (events & Gone) != 0);
            if (isLost)
                LosePeer();
        }

        if (isLost)
            ConsoleLog.Disconnected(_logger, _path);
        if (isLost || events != 0)
            Changed?.Invoke(this, EventArgs.Empty);
        if (TakePeer())
            Changed?.Invoke(this, EventArgs.Empty);
    }

    private void LosePeer()
    {
        // One that only does not read any more would stay open, and the next one wait behind it. What it sent is read still.
        Posix.Shutdown(_peer!, Posix.SHUT_RDWR);
        if (!_inputs.Contains(_peer!))
            _peer!.Dispose();
        _peer = null;
        _isPeerLost = _wantsInput = _wantsRoom = false;
    }

    private bool TakePeer()
    {
        SafeFileHandle? peer;
        lock (_gate)
        {
            // A peer that went a moment ago does not keep the next one out: the pump sees to it first.
            if (_isDisposed || (_peer is not null && (FdIo.Look(_peer, 0) & Gone) != 0))
                return false;
            peer = _source.Take(hasPeer: _peer is not null, hasRoom: _inputs.Count < MaxInputs);
            if (peer is null)
                return false;
            _peer = peer;
            _inputs.Enqueue(peer);
        }

        ConsoleLog.Connected(_logger, _path);
        return true;
    }
}
