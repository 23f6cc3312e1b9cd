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
/// queue's thread gives it back. The bank is called outside of the lock that its own thread needs to report a change.
/// What changes is noted before the guest hears of it.
/// </remarks>
internal sealed class GpioLines : IGpioListener
{
    private readonly IGpioBank _bank;
    private readonly int[] _numbers;
    private readonly int[] _ofBank;
    private readonly GpioLine[] _lines;
    private readonly GpioNotes _notes;

    // One request after the other, of whichever queue; taken before _gate, and held over calls of the bank.
    private readonly Lock _requests = new();
    private readonly Lock _gate = new();
    private Action? _returning;

    public GpioLines(IGpioBank bank, int[] numbers, GpioNotes notes)
    {
        _bank = bank;
        _notes = notes;
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
        {
            direction = GpioDirection.None;
            return IsHere(line) && _bank.TryGetDirection(_numbers[line], out direction);
        }
    }

    public bool TrySetDirection(int line, uint value)
    {
        if (value > (uint)GpioDirection.Input)
            return false;

        lock (_requests)
        {
            var direction = (GpioDirection)value;
            if (direction == GpioDirection.None)
                return GiveUp(line);
            if (!IsHere(line) || (direction == GpioDirection.Output && _lines[line].Type != GpioInterruptType.None)
                || !_bank.TrySetDirection(_numbers[line], direction, _lines[line].OutputValue))
                return false;
            SetDirection(line, direction, _lines[line].OutputValue);
            return true;
        }
    }

    public bool TryGetValue(int line, out bool high)
    {
        lock (_requests)
        {
            high = false;
            return IsHere(line) && _bank.TryGetValue(_numbers[line], out high);
        }
    }

    public bool TrySetValue(int line, uint value)
    {
        if (value > 1)
            return false;

        lock (_requests)
        {
            if (!IsHere(line))
                return false;
            SetDirection(line, _lines[line].Direction, value != 0);
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
                    return IsHere(line) && (!isEnabled || (uint)_lines[line].Type == value) && !IsOutput(line)
                        && (isEnabled || TryEnable(line, (GpioInterruptType)value));
                default:
                    return false;
            }
        }
    }

    /// <summary>
    /// The driver's buffer for a line is here, and was not before, or not in this process: the interrupt is unmasked.
    /// </summary>
    public void Unmask(int line)
    {
        lock (_requests)
        {
            lock (_gate)
            {
                ref var state = ref _lines[line];
                state.IsUnmasked = true;
                if (state.IsReturning)
                    return;
                if (state.Type == GpioInterruptType.None)
                    Return(ref state, GpioEventStatus.Invalid);
                else if (state.IsLatched)
                    Return(ref state, GpioEventStatus.Valid);
                _notes.SetLine(line, state);
            }

            Sense(line);
        }
    }

    /// <summary>The line has no buffer, whatever was noted, or the driver has taken it back: it is masked.</summary>
    public void ForgetBuffer(int line)
    {
        lock (_gate)
        {
            // An edge that was not told yet is told with the next buffer.
            ref var state = ref _lines[line];
            state.IsLatched |= state.IsReturning && state.Status == GpioEventStatus.Valid && !state.IsLevel;
            Mask(line);
        }
    }

    /// <summary>Whether a line's buffer is to be given back, and with which status.</summary>
    public bool IsReturning(int line, out GpioEventStatus status)
    {
        lock (_gate)
        {
            status = _lines[line].Status;
            return _lines[line].IsReturning;
        }
    }

    /// <summary>The buffer of a line has been given back: it is masked.</summary>
    public void SetReturned(int line)
    {
        lock (_gate)
            Mask(line);
    }

    /// <summary>Takes over what another process has noted. Of a line that the host refuses nothing works.</summary>
    /// <returns>False if it cannot be used; nothing has changed then.</returns>
    public bool TryRestore()
    {
        var noted = new GpioLine[_lines.Length];
        for (var i = 0; i < noted.Length; i++)
        {
            if (!_notes.TryGetLine(i, out noted[i]))
                return false;
            noted[i].IsLost = noted[i].Direction != GpioDirection.None || noted[i].Type != GpioInterruptType.None;
        }

        lock (_requests)
        {
            lock (_gate)
                noted.CopyTo(_lines, 0);
            for (var i = 0; i < noted.Length; i++)
                IsHere(i);
        }

        return true;
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
            _notes.SetLine(_ofBank[line], state);
        }

        Volatile.Read(ref _returning)?.Invoke();
    }

    /// <summary>
    /// Back to the beginning: no interrupt, no buffer, and the lines that the driver has claimed are given up. The notes
    /// stay: it may be the process that ends, and not the driver that begins anew.
    /// </summary>
    public void Reset()
    {
        lock (_requests)
        {
            for (var i = 0; i < _lines.Length; i++)
            {
                var isClaimed = _lines[i].Direction != GpioDirection.None;
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
    private bool IsOutput(int line) => _lines[line].Direction != GpioDirection.None
        && _bank.TryGetDirection(_numbers[line], out var direction) && direction == GpioDirection.Output;

    // Whether the line of the host that the driver believes to have is really had. If not, it is tried again.
    private bool IsHere(int line)
    {
        var state = _lines[line];
        if (!state.IsLost)
            return true;
        if ((state.Direction != GpioDirection.None
                && !_bank.TrySetDirection(_numbers[line], state.Direction, state.OutputValue))
            || (state.Type != GpioInterruptType.None && !_bank.TryWatch(_numbers[line], EdgesOf(state.Type))))
            return false;
        lock (_gate)
            _lines[line].IsLost = false;
        Sense(line);
        return true;
    }

    // Nothing is kept of a line that is given up (§5.17.6.8).
    private bool GiveUp(int line)
    {
        DisableInterrupt(line);
        SetDirection(line, GpioDirection.None, value: false);
        return _bank.TrySetDirection(_numbers[line], GpioDirection.None, false);
    }

    private void SetDirection(int line, GpioDirection direction, bool value)
    {
        lock (_gate)
        {
            ref var state = ref _lines[line];
            state.Direction = direction;
            state.OutputValue = value;
            state.IsLost &= direction != GpioDirection.None;
            _notes.SetLine(line, state);
        }
    }

    private void SetType(int line, GpioInterruptType type)
    {
        lock (_gate)
        {
            ref var state = ref _lines[line];
            state.Type = type;
            state.IsLatched &= type != GpioInterruptType.None;
            _notes.SetLine(line, state);
        }
    }

    private bool TryEnable(int line, GpioInterruptType type)
    {
        SetType(line, type);
        if (!_bank.TryWatch(_numbers[line], EdgesOf(type)))
        {
            SetType(line, GpioInterruptType.None);
            return false;
        }

        Sense(line);
        return true;
    }

    private static GpioEdges EdgesOf(GpioInterruptType type) => type switch
    {
        GpioInterruptType.RisingEdge => GpioEdges.Rising,
        GpioInterruptType.FallingEdge => GpioEdges.Falling,
        _ => GpioEdges.Both,
    };

    private void DisableInterrupt(int line)
    {
        bool wasEnabled;
        lock (_gate)
        {
            ref var state = ref _lines[line];
            wasEnabled = state.Type != GpioInterruptType.None;
            if (state.IsUnmasked && !state.IsReturning)
                Return(ref state, GpioEventStatus.Invalid);
            SetType(line, GpioInterruptType.None);
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
            {
                Return(ref state, GpioEventStatus.Valid);
                _notes.SetLine(line, state);
            }
        }

        Volatile.Read(ref _returning)?.Invoke();
    }

    private void Mask(int line)
    {
        ref var state = ref _lines[line];
        state.IsUnmasked = false;
        state.IsReturning = false;
        _notes.SetLine(line, state);
    }

    private static void Return(ref GpioLine state, GpioEventStatus status)
    {
        state.IsReturning = true;
        state.Status = status;
        state.IsLatched = false;
    }
}
