using System;
using System.Buffers.Binary;

namespace Xen.Testing.I2c;

/// <summary>
/// A temperature sensor as the LM75 is: temperature, configuration, hysteresis and limit, in registers 0 to 3. Linux
/// drives it with
/// lm75.
/// </summary>
public sealed class SimulatedThermometer : II2cChip
{
    private const int Temperature = 0;
    private const int Configuration = 1;
    private const int Registers = 4;

    // Half degrees, in the upper nine bits; of the factory: 75 and 80 degrees.
    private readonly ushort[] _registers = [0, 0, 75 << 8, 80 << 8];
    private byte _pointer;

    /// <summary>What it measures, in degrees Celsius, -55 to 125; shown in steps of half a degree.</summary>
    public double Celsius { get; set; } = 21.5;

    /// <summary>Above which temperature it warns, in degrees Celsius.</summary>
    public double Limit => (short)_registers[3] / 256.0;

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return true;

        _pointer = (byte)(data[0] % Registers);
        if (_pointer == Configuration && data.Length > 1)
            _registers[Configuration] = (ushort)(data[1] << 8);
        else if (_pointer > Configuration && data.Length > 2)
            _registers[_pointer] = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(data[1..]) & 0xff80);
        return true;
    }

    /// <inheritdoc/>
    public bool Read(Span<byte> data)
    {
        if (_pointer == Temperature)
            _registers[Temperature] = (ushort)((short)Math.Round(Math.Clamp(Celsius, -55, 125) * 2) << 7);

        // High byte first, over and over; the configuration has one byte.
        for (var i = 0; i < data.Length; i++)
            data[i] = (byte)(i % 2 == 0 || _pointer == Configuration ? _registers[_pointer] >> 8 : _registers[_pointer]);
        return true;
    }
}
