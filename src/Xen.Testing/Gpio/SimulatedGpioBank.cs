using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Testing.Gpio;

/// <summary>A bank of lines whose other side is a program: it drives inputs, and sees outputs. Thread-safe.</summary>
public sealed class SimulatedGpioBank : IGpioBank
{
    private readonly Lock _gate = new();
    private readonly Line[] _lines;
    private IGpioListener? _listener;

    /// <summary>Makes a bank.</summary>
    /// <param name="names">A name for each line; empty for none.</param>
    public SimulatedGpioBank(params ReadOnlySpan<string> names)
    {
        _lines = new Line[names.Length];
        for (var i = 0; i < names.Length; i++)
            _lines[i] = new Line { Name = names[i] };
    }

    /// <summary>Raised when the guest changes an output, after the change: the line, and whether it is high.</summary>
    public event EventHandler<KeyValuePair<int, bool>>? OutputChanged;

    /// <inheritdoc/>
    public int LineCount => _lines.Length;

    /// <summary>Lines that refuse everything, as one does that another program of the host uses.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="isBusy">Whether it refuses.</param>
    public void SetBusy(int line, bool isBusy)
    {
        lock (_gate)
            _lines[line].IsBusy = isBusy;
    }

    /// <summary>Drives a line from outside. An output keeps the guest's value.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="high">High or low.</param>
    public void Drive(int line, bool high)
    {
        lock (_gate)
        {
            _lines[line].Outside = high;
            if (_lines[line].Direction != GpioDirection.Output)
                Change(line, high);
        }
    }

    /// <summary>Whether a line is high.</summary>
    /// <param name="line">Which line.</param>
    public bool IsHigh(int line)
    {
        lock (_gate)
            return _lines[line].IsHigh;
    }

    /// <summary>Which way a line goes.</summary>
    /// <param name="line">Which line.</param>
    public GpioDirection DirectionOf(int line)
    {
        lock (_gate)
            return _lines[line].Direction;
    }

    /// <inheritdoc/>
    public string GetName(int line) => _lines[line].Name;

    /// <inheritdoc/>
    public bool TryGetDirection(int line, out GpioDirection direction)
    {
        lock (_gate)
        {
            direction = _lines[line].Direction;
            return !_lines[line].IsBusy;
        }
    }

    /// <inheritdoc/>
    public bool TrySetDirection(int line, GpioDirection direction, bool high)
    {
        lock (_gate)
        {
            if (_lines[line].IsBusy)
                return false;
            _lines[line].Direction = direction;
            Change(line, direction == GpioDirection.Output ? high : _lines[line].Outside);
        }

        if (direction == GpioDirection.Output)
            OutputChanged?.Invoke(this, new KeyValuePair<int, bool>(line, high));
        return true;
    }

    /// <inheritdoc/>
    public bool TryGetValue(int line, out bool high)
    {
        lock (_gate)
        {
            high = _lines[line].IsHigh;
            return !_lines[line].IsBusy;
        }
    }

    /// <inheritdoc/>
    public bool TrySetValue(int line, bool high)
    {
        lock (_gate)
        {
            if (_lines[line].IsBusy || _lines[line].Direction != GpioDirection.Output)
                return false;
            Change(line, high);
        }

        OutputChanged?.Invoke(this, new KeyValuePair<int, bool>(line, high));
        return true;
    }

    /// <inheritdoc/>
    public bool TryWatch(int line, GpioEdges edges)
    {
        lock (_gate)
        {
            if (_lines[line].IsBusy)
                return false;
            _lines[line].Watched = edges;
            return true;
        }
    }

    /// <inheritdoc/>
    public void SetListener(IGpioListener? listener)
    {
        lock (_gate)
            _listener = listener;
    }

    // The listener never waits, and calls nothing of a bank: it may be told under the lock, and so in order.
    private void Change(int line, bool high)
    {
        if (_lines[line].IsHigh == high)
            return;
        _lines[line].IsHigh = high;
        if ((_lines[line].Watched & (high ? GpioEdges.Rising : GpioEdges.Falling)) != 0)
            _listener?.OnEdge(line, high);
    }

    private sealed class Line
    {
        public string Name { get; init; } = "";

        public GpioDirection Direction { get; set; } = GpioDirection.Input;

        public bool IsHigh { get; set; }

        public bool Outside { get; set; }

        public bool IsBusy { get; set; }

        public GpioEdges Watched { get; set; }
    }
}
