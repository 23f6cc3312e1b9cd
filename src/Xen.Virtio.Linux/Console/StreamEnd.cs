using System;
using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Devices.Console;

namespace Xen.Virtio.Linux.Console;

/// <summary>The terminal, pipes or files that this process was started with.</summary>
/// <remarks>
/// Connected until all of the input has been read and is at its end. What the guest writes goes out after that as well;
/// once nobody reads the output, it is thrown away.
/// </remarks>
public sealed class StreamEnd : IConsoleEnd, IDisposable, IFdPumpOwner
{
    private readonly SafeFileHandle _input;
    private readonly SafeFileHandle _output;
    private readonly ILogger _logger;
    private readonly int _inputFlags;
    private readonly int _outputFlags;
    private readonly byte[]? _mode;
    private readonly FdPump _pump;
    private readonly Lock _gate = new();
    private bool _isAtEnd;
    private bool _isOutputGone;
    private bool _wantsInput;
    private bool _wantsRoom;
    private bool _isDisposed;
    private bool _isChanged;

    /// <summary>Takes two files.</summary>
    /// <param name="input">What the guest reads. Owned from now on, as is the other.</param>
    /// <param name="output">What the guest writes.</param>
    /// <param name="logger">Where the end of the input is reported.</param>
    internal StreamEnd(SafeFileHandle input, SafeFileHandle output, ILogger? logger)
    {
        _input = input;
        _output = output;
        _logger = logger ?? NullLogger.Instance;
        _pump = new FdPump("con/stdio", this);

        // In this order, and back in the other: both may be the same open file.
        _inputFlags = SetNonBlocking(input);
        _outputFlags = SetNonBlocking(output);
        if (Posix.Isatty(input) == 1 && TerminalMode.TrySetRaw(input, out var mode))
            _mode = mode;
        _pump.Start();
    }

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <inheritdoc/>
    /// <remarks>Whether the input has not come to its end.</remarks>
    public bool IsConnected
    {
        get
        {
            lock (_gate)
                return !_isAtEnd && !_isDisposed;
        }
    }

    /// <summary>
    /// Takes standard input and output. They do not block until <see cref="Dispose"/>, and a terminal is in raw mode:
    /// no key ends this process.
    /// </summary>
    /// <param name="logger">Where the end of the input is reported. It should not write to standard output.</param>
    /// <exception cref="IOException">The process has no file left to open.</exception>
    public static StreamEnd OpenStandard(ILogger? logger = null) =>
        new(new SafeFileHandle(0, ownsHandle: false), new SafeFileHandle(1, ownsHandle: false), logger);

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
            return 0;
        lock (_gate)
        {
            if (_isDisposed || _isAtEnd)
                return 0;
            var count = FdIo.Read(_input, destination);
            if (count > 0)
                return count;
            if (count == 0 || !Posix.IsRetry(-count))
                _isAtEnd = _isChanged = true;
            else if (_wantsInput)
                return 0;
            else
                _wantsInput = true;
        }

        _pump.Wake();
        return 0;
    }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> source)
    {
        lock (_gate)
        {
            if (_isDisposed || _isOutputGone || source.IsEmpty)
                return source.Length;
            var count = FdIo.Write(_output, source);
            if (count < 0 && !Posix.IsRetry(-count))
            {
                _isOutputGone = true;
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

    /// <summary>Gives the files back, as they were.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _pump.Dispose();
        if (_mode is not null)
            TerminalMode.Restore(_input, _mode);
        SetFlags(_output, _outputFlags);
        SetFlags(_input, _inputFlags);
        _input.Dispose();
        _output.Dispose();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    int IFdPumpOwner.Arm(Span<Posix.PollFd> files)
    {
        lock (_gate)
        {
            // Only while one wants to know: a hang-up is reported for as long as one looks.
            files[0] = FdIo.Entry(_wantsInput && !_isAtEnd ? _input : null, Posix.POLLIN);
            files[1] = FdIo.Entry(_wantsRoom && !_isOutputGone ? _output : null, Posix.POLLOUT);
            return -1;
        }
    }

    void IFdPumpOwner.Polled(ReadOnlySpan<Posix.PollFd> files)
    {
        bool isReady;
        bool isAtEnd;
        lock (_gate)
        {
            isReady = files[0].Revents != 0 || files[1].Revents != 0 || _isChanged;
            isAtEnd = _isChanged && _isAtEnd;
            _isChanged = false;
            if (files[0].Revents != 0)
                _wantsInput = false;
            if (files[1].Revents != 0)
                _wantsRoom = false;
        }

        if (isAtEnd)
            ConsoleLog.Disconnected(_logger, "standard input");
        if (isReady)
            Changed?.Invoke(this, EventArgs.Empty);
    }

    private static int SetNonBlocking(SafeFileHandle file)
    {
        var flags = Posix.Fcntl(file, Posix.F_GETFL, 0);
        if (flags >= 0)
            SetFlags(file, flags | Posix.O_NONBLOCK);
        return flags;
    }

    private static void SetFlags(SafeFileHandle file, int flags)
    {
        if (flags >= 0)
            Posix.Fcntl(file, Posix.F_SETFL, flags);
    }
}
