using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Devices.Console;

namespace Xen.Virtio.Linux.Console;

/// <summary>A pseudo-terminal of the host, for <c>screen</c>, <c>picocom</c> and the like.</summary>
/// <remarks>
/// While no program has the terminal open, what the guest writes is thrown away: a Linux guest would stand still
/// otherwise. What a program has written before it closed the terminal still comes to the guest. That a program opens
/// it is seen within a fifth of a second. Changes of the terminal's size are not seen.
/// </remarks>
public sealed class PtyEnd : IConsoleEnd, IDisposable, IFdPumpOwner
{
    private const int LookPeriod = 200;
    private const int NameRoom = 128;

    private readonly SafeFileHandle _master;
    private readonly ILogger _logger;
    private readonly FdPump _pump;
    private readonly string? _linkPath;
    private readonly Lock _gate = new();
    private bool _isConnected;
    private bool _wantsInput;
    private bool _wantsRoom;
    private bool _isDisposed;

    private PtyEnd(SafeFileHandle master, string path, string? linkPath, ILogger logger)
    {
        _master = master;
        Path = path;
        _logger = logger;
        _pump = new FdPump("con/pty", this);
        try
        {
            if (linkPath is not null)
                PtyLink.Create(linkPath, path);
        }
        catch
        {
            _pump.Dispose();
            throw;
        }

        _linkPath = linkPath;
        _pump.Start();
    }

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <summary>The terminal's file, such as <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    /// <remarks>Whether a program has the terminal open.</remarks>
    public bool IsConnected
    {
        get
        {
            lock (_gate)
                return _isConnected;
        }
    }

    /// <summary>Makes a pseudo-terminal, in raw mode.</summary>
    /// <param name="linkPath">Where a symbolic link to the terminal is made; none if null. One that is left over, to a
    /// terminal or to nothing, is replaced. Removed by <see cref="Dispose"/>, unless it is another one by then.</param>
    /// <param name="logger">Where connections are reported.</param>
    /// <exception cref="IOException">There is no pseudo-terminal left, or something else is where the link shall
    /// be.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make the link.</exception>
    public static PtyEnd Open(string? linkPath = null, ILogger? logger = null)
    {
        var master = Posix.PosixOpenpt(Posix.O_RDWR | Posix.O_NOCTTY | Posix.O_NONBLOCK | Posix.O_CLOEXEC);
        try
        {
            if (master.IsInvalid || Posix.Grantpt(master) < 0 || Posix.Unlockpt(master) < 0)
                throw Failure("no pseudo-terminal (is /dev/pts mounted, and kernel.pty.max large enough?)");
            Span<byte> name = stackalloc byte[NameRoom];
            if (Posix.PtsnameR(master, name, NameRoom) != 0)
                throw Failure("no name of the pseudo-terminal");
            var path = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);

            // Opened once, the master says when it is closed, and when it is open again; its mode stays.
            using (var slave = Posix.Open(path, Posix.O_RDWR | Posix.O_NOCTTY | Posix.O_CLOEXEC))
            {
                if (slave.IsInvalid || !TerminalMode.TrySetRaw(slave, out _))
                    throw Failure($"cannot set up {path}");
            }

            return new PtyEnd(master, path, linkPath, logger ?? NullLogger.Instance);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
            return 0;
        lock (_gate)
        {
            if (_isDisposed)
                return 0;

            // EIO, when nobody has the terminal open and nothing is left, is no other than EAGAIN.
            var count = FdIo.Read(_master, destination);
            if (count > 0)
                return count;
            if (!_wantsInput)
            {
                _wantsInput = true;
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
            if (_isDisposed || !_isConnected || source.IsEmpty)
                return source.Length;
            var count = FdIo.Write(_master, source);
            if (count < 0 && !Posix.IsRetry(-count))
                return source.Length;
            if (count < source.Length && !_wantsRoom)
            {
                _wantsRoom = true;
                _pump.Wake();
            }

            return Math.Max(count, 0);
        }
    }

    /// <summary>Closes the terminal, and removes the link.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _isConnected = false;
        }

        _pump.Dispose();
        if (_linkPath is not null)
            PtyLink.Remove(_linkPath, Path);
        _master.Dispose();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    int IFdPumpOwner.Arm(Span<Posix.PollFd> files)
    {
        lock (_gate)
        {
            // A master that nobody has the other end of would never sleep.
            files[0] = FdIo.Entry(_isConnected ? _master : null, FdIo.Events(_wantsInput, _wantsRoom));
            files[1] = FdIo.Entry(null, 0);
            return _isConnected ? -1 : LookPeriod;
        }
    }

    void IFdPumpOwner.Polled(ReadOnlySpan<Posix.PollFd> files)
    {
        bool isConnected;
        bool turned;
        bool isReady;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            var events = FdIo.Look(_master, FdIo.Events(_wantsInput, _wantsRoom));
            isConnected = (events & Posix.POLLHUP) == 0;
            turned = isConnected != _isConnected;
            isReady = (events & (Posix.POLLIN | Posix.POLLOUT)) != 0;
            _isConnected = isConnected;
            if (turned && !isConnected)
                CleanUp();
            if ((events & Posix.POLLIN) != 0)
                _wantsInput = false;
            if ((events & Posix.POLLOUT) != 0 || !isConnected)
                _wantsRoom = false;
        }

        if (turned && isConnected)
            ConsoleLog.Connected(_logger, Path);
        else if (turned)
            ConsoleLog.Disconnected(_logger, Path);
        if (turned || isReady)
            Changed?.Invoke(this, EventArgs.Empty);
    }

    // The next one is to find no other mode than the first one did, and nothing that was for the one before.
    private void CleanUp()
    {
        TerminalMode.TrySetRaw(_master, out _);
        using var slave = Posix.Open(Path, Posix.O_RDWR | Posix.O_NOCTTY | Posix.O_CLOEXEC | Posix.O_NONBLOCK);
        if (!slave.IsInvalid)
            Posix.Tcflush(slave, Posix.TCIFLUSH);
    }

    private static IOException Failure(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
