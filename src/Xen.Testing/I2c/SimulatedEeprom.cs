using System;

namespace Xen.Testing.I2c;

/// <summary>
/// An EEPROM as the 24c02 is: 256 bytes, written in pages of 8, within which the address wraps. Linux drives it with
/// at24.
/// </summary>
public sealed class SimulatedEeprom : II2cChip
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 256;

    /// <summary>Bytes that one transfer can write; the address stays in the page.</summary>
    public const int PageSize = 8;

    private readonly byte[] _content = new byte[Size];
    private byte _address;

    /// <summary>Makes one as it leaves the factory: full of 0xff.</summary>
    public SimulatedEeprom() => Array.Fill(_content, byte.MaxValue);

    /// <summary>What is in it. To be looked at and changed while no transfer runs.</summary>
    public Span<byte> Content => _content;

    /// <summary>Whether the pin is set that protects it: what is written is acknowledged and lost, as in the
    /// chip.</summary>
    public bool IsWriteProtected { get; set; }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return true;

        _address = data[0];
        foreach (var value in data[1..])
        {
            if (!IsWriteProtected)
                _content[_address] = value;
            _address = (byte)((_address & ~(PageSize - 1)) | ((_address + 1) & (PageSize - 1)));
        }

        return true;
    }

    /// <inheritdoc/>
    /// <remarks>A read goes on over pages, and from the end to the beginning.</remarks>
    public bool Read(Span<byte> data)
    {
        foreach (ref var value in data)
            value = _content[_address++];
        return true;
    }
}
