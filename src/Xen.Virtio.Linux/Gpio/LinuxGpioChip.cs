using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Linux.Gpio;

/// <summary>
/// Lines of a GPIO chip of a Linux host, through its character device (version 2, Linux 5.10). Thread-safe.
/// </summary>
/// <remarks>
/// A line is requested from the host when the guest gives it a direction or watches it, and given back when the guest
/// gives it up. A line that somebody else uses is refused. Values are those of the wire: there is no active-low.
/// </remarks>
public sealed class LinuxGpioChip : IGpioBank, IDisposable
{
    private const int MaxConsumer = 31;
    private const int EventsAtOnce = 16;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _chip;
    private readonly GpioCalls _calls;
    private readonly GpioHostLine[] _lines;
    private readonly byte[] _consumer;
    private readonly ILogger _logger;
    private IGpioListener? _listener;
    private GpioEdgeWaiter? _waiter;
    private bool _isClosed;

    private LinuxGpioChip(
        SafeFileHandle chip, in GpioAbi.ChipInfo info, string path, IReadOnlyList<int>? lines, string consumer, GpioHost host, ILogger? logger)
    {
        _chip = chip;
        _calls = host.Calls;
        _logger = logger ?? NullLogger.Instance;
        var text = Encoding.UTF8.GetBytes(consumer);
        _consumer = text.Length <= MaxConsumer ? text : text[..MaxConsumer];
        Path = path;
        Name = GpioCalls.TextOf(info.Name);
        Label = GpioCalls.TextOf(info.Label);
        var count = (int)Math.Min(info.Lines, ushort.MaxValue);
        var names = new HashSet<string>();
        _lines = [.. Checked(lines ?? [.. Enumerable.Range(0, count)], count).Select(line => MakeLine(line, names))];
    }

    /// <summary>Its name in the kernel, <c>gpiochip0</c>.</summary>
    public string Name { get; }

    /// <summary>What its driver calls it.</summary>
    public string Label { get; }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public int LineCount => _lines.Length;

    /// <summary>Opens a chip.</summary>
    /// <param name="chip">
    /// Its number ("0"), its name in the kernel ("gpiochip0"), its file ("/dev/gpiochip0"), or what its driver calls it, as
    /// <c>gpiodetect</c> shows it.
    /// </param>
    /// <param name="lines">The lines to use, in this order; null for all.</param>
    /// <param name="consumer">What <c>gpioinfo</c> is to show as their user; 31 bytes at most are used.</param>
    /// <param name="logger">Where refusals of the host are reported.</param>
    /// <exception cref="IOException">There is no such chip, or several; the text says which there are.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not open it.</exception>
    /// <exception cref="ArgumentException">There is no such line, or one comes twice.</exception>
    public static LinuxGpioChip Open(
        string chip, IReadOnlyList<int>? lines = null, string consumer = "virtio-gpio", ILogger? logger = null) =>
        Open(chip, GpioHost.Linux, lines, consumer, logger);

    internal static LinuxGpioChip Open(
        string chip, GpioHost host, IReadOnlyList<int>? lines = null, string consumer = "virtio-gpio", ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(chip);
        ArgumentNullException.ThrowIfNull(consumer);
        var file = host.Open(chip, out var info, out var path);
        try
        {
            return new LinuxGpioChip(file, info, path, lines, consumer, host, logger);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string GetName(int line) => _lines[line].Name;

    /// <inheritdoc/>
    /// <remarks>Of a line that the guest gave no direction: what it is on the host.</remarks>
    public bool TryGetDirection(int line, out GpioDirection direction)
    {
        lock (_gate)
        {
            direction = _lines[line].Direction;
            if (direction != GpioDirection.None)
                return true;
            if (_isClosed || !Succeeds(line, "to look at it", _calls.GetLineInfo(_chip, _lines[line].Offset, out var info)))
                return false;
            direction = (info.Flags & GpioAbi.GPIO_V2_LINE_FLAG_OUTPUT) != 0 ? GpioDirection.Output : GpioDirection.Input;
            return true;
        }
    }

    /// <inheritdoc/>
    public bool TrySetDirection(int line, GpioDirection direction, bool high)
    {
        lock (_gate)
        {
            ref var state = ref _lines[line];
            if (direction == GpioDirection.None)
            {
                state.Edges = GpioEdges.None;
                state.Direction = GpioDirection.None;
                Release(line);
                return true;
            }

            // An output is not watched (GpioLines refuses that, too).
            var edges = direction == GpioDirection.Input ? state.Edges : GpioEdges.None;
            if (!TryConfigure(line, direction, edges, high))
                return false;
            (state.Direction, state.Edges) = (direction, edges);
            return true;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Only of a line that has a direction or is watched: to request one and give it back takes the pin away from whatever
    /// else it does on some hosts, a serial port, say.
    /// </remarks>
    public bool TryGetValue(int line, out bool high)
    {
        lock (_gate)
        {
            high = false;
            return _lines[line].File is { } file && Succeeds(line, "to read it", _calls.GetValue(file, out high));
        }
    }

    /// <inheritdoc/>
    public bool TrySetValue(int line, bool high)
    {
        lock (_gate)
        {
            return _lines[line] is { File: { } file, Direction: GpioDirection.Output }
                && Succeeds(line, "to drive it", _calls.SetValue(file, high));
        }
    }

    /// <inheritdoc/>
    public bool TryWatch(int line, GpioEdges edges)
    {
        lock (_gate)
        {
            ref var state = ref _lines[line];
            if (state.Direction == GpioDirection.Output)
                return edges == GpioEdges.None;
            if (edges == GpioEdges.None && state.Direction == GpioDirection.None)
            {
                state.Edges = edges;
                Release(line);
                return true;
            }

            if (!TryConfigure(line, GpioDirection.Input, edges, high: false))
                return false;
            state.Edges = edges;
            return true;
        }
    }

    /// <inheritdoc/>
    public void SetListener(IGpioListener? listener) => Volatile.Write(ref _listener, listener);

    /// <summary>Gives all lines back to the host. Calls fail from then on.</summary>
    public void Dispose()
    {
        GpioEdgeWaiter? waiter;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            waiter = _waiter;
            for (var line = 0; line < _lines.Length; line++)
                Release(line);
            _chip.Dispose();
        }

        // Its thread may wait for the lock.
        waiter?.Dispose();
    }

    private static IReadOnlyList<int> Checked(IReadOnlyList<int> lines, int count)
    {
        foreach (var line in lines)
        {
            if (line < 0 || line >= count)
                throw new ArgumentException($"there is no line {line}: the chip has lines 0 to {count - 1}", nameof(lines));
        }

        return lines.Distinct().Count() == lines.Count
            ? lines
            : throw new ArgumentException("a line comes twice", nameof(lines));
    }

    // Boards name lines as they like, many of them "NC"; a guest's are ASCII, and each is one line's.
    private GpioHostLine MakeLine(int number, HashSet<string> names)
    {
        var offset = (uint)number;
        var result = _calls.GetLineInfo(_chip, offset, out var info);
        if (result < 0)
            throw new IOException($"{Path}: line {offset} cannot be looked at: {Marshal.GetPInvokeErrorMessage(-result)}");
        var name = GpioCalls.TextOf(info.Name);
        return new GpioHostLine { Offset = offset, Name = Ascii.IsValid(name) && names.Add(name) ? name : "" };
    }

    private bool TryConfigure(int line, GpioDirection direction, GpioEdges edges, bool high)
    {
        var flags = direction == GpioDirection.Output ? GpioAbi.GPIO_V2_LINE_FLAG_OUTPUT : GpioAbi.GPIO_V2_LINE_FLAG_INPUT;
        if ((edges & GpioEdges.Rising) != 0)
            flags |= GpioAbi.GPIO_V2_LINE_FLAG_EDGE_RISING;
        if ((edges & GpioEdges.Falling) != 0)
            flags |= GpioAbi.GPIO_V2_LINE_FLAG_EDGE_FALLING;
        var isNew = _lines[line].File is null;
        var isConfigured = _lines[line].File is { } file
            ? Succeeds(line, "to set it up", _calls.SetConfig(file, flags, high))
            : TryRequest(line, flags, high);
        if (!isConfigured || edges == GpioEdges.None || TryWait(line))
            return isConfigured;
        if (isNew)
            Release(line);
        return false;
    }

    private bool TryRequest(int line, ulong flags, bool high)
    {
        ref var state = ref _lines[line];
        if (_isClosed)
            return false;
        var result = _calls.Request(_chip, state.Offset, _consumer, flags, high, out state.File);
        if (result >= 0)
        {
            // From the beginning: what is ready may be an earlier request of the line, and this one has nothing to read.
            if (GpioEvents.TryNeverWait(state.File!))
                return true;
            Release(line);
            return false;
        }

        if (result != -GpioAbi.EBUSY)
            return Succeeds(line, "to request it", result);
        if (!state.IsBusyLogged)
        {
            _calls.GetLineInfo(_chip, state.Offset, out var info);
            LinuxGpioLog.Busy(_logger, Path, state.Offset, GpioCalls.TextOf(info.Consumer));
            state.IsBusyLogged = true;
        }

        return false;
    }

    // A line that is waited for already stays so.
    private bool TryWait(int line)
    {
        try
        {
            _waiter ??= new GpioEdgeWaiter(OnReady);
        }
        catch (IOException error)
        {
            LogFailure(line, "to wait for it", error.Message, 0);
            return false;
        }

        var file = _lines[line].File!;
        _waiter.Forget(file);
        return _waiter.TryAdd(file, line);
    }

    private void Release(int line)
    {
        ref var state = ref _lines[line];
        if (state.File is null)
            return;
        _waiter?.Forget(state.File);
        state.File.Dispose();
        state.File = null;
    }

    // On the waiter's thread.
    private void OnReady(int line)
    {
        Span<GpioAbi.LineEvent> events = stackalloc GpioAbi.LineEvent[EventsAtOnce];
        int count;
        lock (_gate)
        {
            // It was given up meanwhile, or its events were read.
            if (_lines[line].File is not { } file)
                return;
            count = GpioEvents.Read(file, events);
            if (count < 0)
            {
                // It would be ready for ever.
                _waiter!.Forget(file);
                LogFailure(line, "to read its events", Marshal.GetPInvokeErrorMessage(-count), -count);
            }
        }

        for (var i = 0; i < count; i++)
            Volatile.Read(ref _listener)?.OnEdge(line, events[i].Id == GpioAbi.GPIO_V2_LINE_EVENT_RISING_EDGE);
    }

    private bool Succeeds(int line, string what, int result)
    {
        if (result >= 0)
            return true;
        LogFailure(line, what, Marshal.GetPInvokeErrorMessage(-result), -result);
        return false;
    }

    private void LogFailure(int line, string what, string reason, int errno)
    {
        if (_lines[line].IsFailureLogged)
            return;
        _lines[line].IsFailureLogged = true;
        LinuxGpioLog.Failed(_logger, Path, _lines[line].Offset, what, reason, errno);
    }
}
