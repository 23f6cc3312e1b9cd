using System;

namespace Xen.Testing.I2c;

/// <summary>
/// A real-time clock as the DS1338 is: time and date in registers 0 to 6, a control register, and 56 bytes of RAM.
/// Linux drives it
/// with rtc-ds1307.
/// </summary>
/// <remarks>
/// The registers of the time are copied when a transfer addresses the chip to read, so that a time that is read is
/// one. Years are
/// 2000 to 2099, in UTC.
/// </remarks>
public sealed class SimulatedRtc : II2cChip
{
    private const int TimeRegisters = 7;
    private const int Registers = 64;

    // Of register 0: the oscillator stands. Of register 2: 12 hours, and the afternoon.
    private const byte ClockHalt = 0x80;
    private const byte TwelveHours = 0x40;
    private const byte Afternoon = 0x20;

    private readonly TimeProvider _time;
    private readonly byte[] _registers = new byte[Registers];
    private TimeSpan _ahead;
    private DateTime _stoppedAt;
    private byte _address;
    private bool _isTimeWritten;

    /// <summary>Makes a clock that shows the provider's time.</summary>
    /// <param name="time">Where the time comes from; the system's clock if null.</param>
    public SimulatedRtc(TimeProvider? time = null) => _time = time ?? TimeProvider.System;

    /// <summary>What the clock shows; set it as one does by hand.</summary>
    public DateTime Now
    {
        get => IsHalted ? _stoppedAt : _time.GetUtcNow().UtcDateTime + _ahead;
        set
        {
            _stoppedAt = value;
            _ahead = value - _time.GetUtcNow().UtcDateTime;
        }
    }

    /// <summary>Whether the driver has stopped it.</summary>
    public bool IsHalted { get; private set; }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return true;

        _address = (byte)(data[0] % Registers);
        if (data.Length > 1 && !_isTimeWritten)
            Show();
        foreach (var value in data[1..])
        {
            _isTimeWritten |= _address < TimeRegisters;
            _registers[_address] = value;
            _address = (byte)((_address + 1) % Registers);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Read(Span<byte> data)
    {
        if (!_isTimeWritten)
            Show();
        foreach (ref var value in data)
        {
            value = _registers[_address];
            _address = (byte)((_address + 1) % Registers);
        }

        return true;
    }

    /// <inheritdoc/>
    public void EndTransfer()
    {
        if (!_isTimeWritten)
            return;

        _isTimeWritten = false;
        var now = Shown();
        IsHalted = (_registers[0] & ClockHalt) != 0;
        Now = now;
    }

    private void Show()
    {
        var now = Now;
        var hours = _registers[2] & TwelveHours;
        _registers[0] = (byte)(ToBcd(now.Second) | (IsHalted ? ClockHalt : 0));
        _registers[1] = ToBcd(now.Minute);
        _registers[2] = hours == 0
            ? ToBcd(now.Hour)
            : (byte)(hours | (now.Hour >= 12 ? Afternoon : 0) | ToBcd(((now.Hour + 11) % 12) + 1));
        _registers[3] = (byte)((int)now.DayOfWeek + 1);
        _registers[4] = ToBcd(now.Day);
        _registers[5] = ToBcd(now.Month);
        _registers[6] = ToBcd(now.Year % 100);
    }

    // Registers that hold no date, which a driver may write, are brought to the next that is one.
    private DateTime Shown()
    {
        var hours = (_registers[2] & TwelveHours) == 0
            ? FromBcd(_registers[2] & 0x3f)
            : (FromBcd(_registers[2] & 0x1f) % 12) + ((_registers[2] & Afternoon) != 0 ? 12 : 0);
        var year = 2000 + Math.Clamp(FromBcd(_registers[6]), 0, 99);
        var month = Math.Clamp(FromBcd(_registers[5] & 0x1f), 1, 12);
        var day = Math.Clamp(FromBcd(_registers[4] & 0x3f), 1, DateTime.DaysInMonth(year, month));
        return new DateTime(
            year, month, day, Math.Clamp(hours, 0, 23), Math.Clamp(FromBcd(_registers[1] & 0x7f), 0, 59),
            Math.Clamp(FromBcd(_registers[0] & 0x7f), 0, 59), DateTimeKind.Utc);
    }

    private static byte ToBcd(int value) => (byte)((value / 10 << 4) | (value % 10));

    private static int FromBcd(int value) => ((value >> 4) * 10) + (value & 0x0f);
}
