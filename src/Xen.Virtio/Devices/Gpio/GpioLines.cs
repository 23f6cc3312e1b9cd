using System;
using System.Threading;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>
/// The lines as the guest sees them: enabling, masking and latching of interrupts, virtio 1.3 §5.17.6.6 and §5.17.7.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A line is masked while its buffer is not here. When it interrupts, its buffer is marked for return; the event
/// queue's thread
/// gives it back. The bank is called outside of the lock that its own thread needs to report a change.
/// </remarks>
internal sealed class GpioLines : IGpioListener
{
    private readonly IGpioBank _bank;
    private readonly int[] _numbers;
    private readonly int[] _ofBank;
    private readonly GpioLine[] _lines;

    // One request after the other, of whichever queue; taken before _gate, and held over calls of the bank.
    private readonly Lock _requests = new();
    private readonly Lock _gate = new();
    private Action? _returning;

    public GpioLines(IGpioBank bank, int[] numbers)
    {
        _bank = bank;
        _numbers = numbers;
        _lines = new GpioLine[numbers.Length];
        _ofBank = new int[bank.LineCount];
        Array.Fill(_ofBank, -1);
        for (var i = 0; i < numbers.Length; i++)
            _ofBank[numbers[i]] = i;
    }

    public int Count => _lines.Length;

    /// <summary>Calls back when buffers are to be given back; null if nobody can.</summary>
    public Action? Returning
    {
        set => Volatile.Write(ref _returning, value);
    }

    public bool TryGetDirection(int line, out GpioDirection direction)
    {
        lock (_requests)
            return _bank.TryGetDirection(_numbers[line], out direction);
    }

    public bool TrySetDirection(int line, uint value)
    {
        if (value > (uint)GpioDirection.Input)
            return false;

        lock (_requests)
        {
            var direction = (GpioDirection)value;
            if (direction == GpioDirection.Output && _lines[line].Type != GpioInterruptType.None)
                return false;

            // Nothing is kept of a line that is given up (§5.17.6.8).
            if (direction == GpioDirection.None)
            {
                DisableInterrupt(line);
                _lines[line].OutputValue = false;
            }

            _lines[line].IsClaimed = direction != GpioDirection.None;
            return _bank.TrySetDirection(_numbers[line], direction, _lines[line].OutputValue);
        }
    }

    public bool TryGetValue(int line, out bool high)
    {
        lock (_requests)
            return _bank.TryGetValue(_numbers[line], out high);
    }

    public bool TrySetValue(int line, uint value)
    {
        if (value > 1)
            return false;

        lock (_requests)
        {
            _lines[line].OutputValue = value != 0;
            return !IsOutput(line) || _bank.TrySetValue(_numbers[line], value != 0);
        }
    }

    public bool TrySetInterruptType(int line, uint value)
    {
        lock (_requests)
        {
            var isEnabled = _lines[line].Type != GpioInterruptType.None;
            switch (value)
            {
                case (uint)GpioInterruptType.None:
                    DisableInterrupt(line);
                    return true;
                case <= (uint)GpioInterruptType.HighLevel or (uint)GpioInterruptType.LowLevel:
                    // The driver has to disable one before it enables another (§5.17.6.7), and an output does not
                    // interrupt.
                    return (!isEnabled || (uint)_lines[line].Type == value) && !IsOutput(line)
                        && (isEnabled || TryEnable(line, (GpioInterruptType)value));
                default:
                    return false;
            }
        }
    }

    /// <summary>The driver's buffer for a line has come: the interrupt is unmasked.</summary>
    /// <returns>False if there is one already.</returns>
    public bool TryUnmask(int line)
    {
        lock (_requests)
        {
            lock (_gate)
            {
                ref var state = ref _lines[line];
                if (state.IsUnmasked)
                    return false;

                state.IsUnmasked = true;
                state.IsReturning = false;
                if (state.Type == GpioInterruptType.None)
                    Return(ref state, GpioEventStatus.Invalid);
                else if (state.IsLatched)
                    Return(ref state, GpioEventStatus.Valid);
            }

            Sense(line);
            return true;
        }
    }

    /// <summary>The driver has taken the event queue back, with all buffers: every line is masked.</summary>
    public void ForgetBuffers()
    {
        lock (_gate)
        {
            foreach (ref var state in _lines.AsSpan())
            {
                // An edge that was not told yet is told with the next buffer.
                state.IsLatched |= state.IsReturning && state.Status == GpioEventStatus.Valid && !state.IsLevel;
                state.IsUnmasked = false;
                state.IsReturning = false;
            }
        }
    }

    /// <summary>Takes the state of a line whose buffer is to be given back; it is masked from here on.</summary>
    public bool TryTakeReturning(int line, out GpioEventStatus status)
    {
        lock (_gate)
        {
            ref var state = ref _lines[line];
            status = state.Status;
            if (!state.IsReturning)
                return false;

            state.IsReturning = false;
            state.IsUnmasked = false;
            return true;
        }
    }

    public void OnEdge(int line, bool isRising)
    {
        if ((uint)line >= (uint)_ofBank.Length || _ofBank[line] < 0)
            return;

        lock (_gate)
        {
            ref var state = ref _lines[_ofBank[line]];
            var isActive = state.Type switch
            {
                GpioInterruptType.RisingEdge or GpioInterruptType.HighLevel => isRising,
                GpioInterruptType.FallingEdge or GpioInterruptType.LowLevel => !isRising,
                GpioInterruptType.BothEdges => true,
                _ => false,
            };
            if (!isActive)
                return;

            // An edge is latched while the interrupt is masked, a level is not: it is looked at again then.
            if (state.IsUnmasked && !state.IsReturning)
                Return(ref state, GpioEventStatus.Valid);
            else
                state.IsLatched |= !state.IsLevel;
        }

        Volatile.Read(ref _returning)?.Invoke();
    }

    /// <summary>Back to the beginning: no interrupt, no buffer, and the lines that the driver has claimed are given
    /// up.</summary>
    public void Reset()
    {
        lock (_requests)
        {
            for (var i = 0; i < _lines.Length; i++)
            {
                var isClaimed = _lines[i].IsClaimed;
                bool isWatched;
                lock (_gate)
                {
                    isWatched = _lines[i].Type != GpioInterruptType.None;
                    _lines[i] = default;
                }

                if (isWatched)
                    _bank.TryWatch(_numbers[i], GpioEdges.None);
                if (isClaimed)
                    _bank.TrySetDirection(_numbers[i], GpioDirection.None, false);
            }
        }
    }

    // A line that the driver has not made an output may be one on the host all the same.
    private bool IsOutput(int line) => _lines[line].IsClaimed
        && _bank.TryGetDirection(_numbers[line], out var direction) && direction == GpioDirection.Output;

    private bool TryEnable(int line, GpioInterruptType type)
    {
        lock (_gate)
            _lines[line].Type = type;

        var edges = type switch
        {
            GpioInterruptType.RisingEdge => GpioEdges.Rising,
            GpioInterruptType.FallingEdge => GpioEdges.Falling,
            _ => GpioEdges.Both,
        };
        if (!_bank.TryWatch(_numbers[line], edges))
        {
            lock (_gate)
            {
                _lines[line].Type = GpioInterruptType.None;
                _lines[line].IsLatched = false;
            }

            return false;
        }

        Sense(line);
        return true;
    }

    private void DisableInterrupt(int line)
    {
        bool wasEnabled;
        lock (_gate)
        {
            ref var state = ref _lines[line];
            wasEnabled = state.Type != GpioInterruptType.None;
            state.Type = GpioInterruptType.None;
            state.IsLatched = false;
            if (state.IsUnmasked && !state.IsReturning)
                Return(ref state, GpioEventStatus.Invalid);
        }

        if (wasEnabled)
            _bank.TryWatch(_numbers[line], GpioEdges.None);
        Volatile.Read(ref _returning)?.Invoke();
    }

    // A level that is there already interrupts without a change.
    private void Sense(int line)
    {
        bool isLevel;
        lock (_gate)
            isLevel = _lines[line].IsLevel;
        if (!isLevel || !_bank.TryGetValue(_numbers[line], out var high))
            return;

        lock (_gate)
        {
            ref var state = ref _lines[line];
            if (state.IsUnmasked && !state.IsReturning && state.IsLevel
                && high == (state.Type == GpioInterruptType.HighLevel))
                Return(ref state, GpioEventStatus.Valid);
        }

        Volatile.Read(ref _returning)?.Invoke();
    }

    private static void Return(ref GpioLine state, GpioEventStatus status)
    {
        state.IsReturning = true;
        state.Status = status;
        state.IsLatched = false;
    }
}
