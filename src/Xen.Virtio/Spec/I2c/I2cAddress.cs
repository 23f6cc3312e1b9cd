using System;
using System.Globalization;

namespace Xen.Virtio.Spec.I2c;

/// <summary>Address of a chip on an I2C bus, of 7 or of 10 bits: two spaces, address 0x50 of one is not 0x50 of the
/// other.</summary>
public readonly record struct I2cAddress
{
    /// <summary>Largest address of 7 bits.</summary>
    public const int MaxSevenBit = 0x7f;

    /// <summary>Largest address of 10 bits.</summary>
    public const int MaxTenBit = 0x3ff;

    // Bits 7 to 3 of the first byte that a master sends to a chip with an address of 10 bits, and the bit of the
    // direction.
    private const int TenBitPrefix = 0xf0;
    private const int TenBitPrefixMask = 0xf9;

    /// <summary>Makes an address.</summary>
    /// <param name="value">The address itself, not shifted.</param>
    /// <param name="isTenBit">Whether it is one of 10 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">It has more bits than that.</exception>
    public I2cAddress(int value, bool isTenBit = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, isTenBit ? MaxTenBit : MaxSevenBit);
        Value = (ushort)value;
        IsTenBit = isTenBit;
    }

    /// <summary>The address itself.</summary>
    public ushort Value { get; }

    /// <summary>Whether it is one of 10 bits.</summary>
    public bool IsTenBit { get; }

    /// <summary>Reads the field <c>addr</c> of a request.</summary>
    /// <param name="field">Anything.</param>
    /// <param name="address">The address.</param>
    /// <returns>False if the field has neither of the two forms.</returns>
    public static bool TryDecode(ushort field, out I2cAddress address)
    {
        address = default;
        if ((field & TenBitPrefixMask) == TenBitPrefix)
            address = new I2cAddress((field >> 8) | ((field & 0x06) << 7), isTenBit: true);
        else if (field <= MaxSevenBit << 1 && (field & 1) == 0)
            address = new I2cAddress(field >> 1);
        else
            return false;
        return true;
    }

    /// <summary>The address as the field <c>addr</c> of a request has it.</summary>
    /// <remarks>
    /// The addresses 0x78 to 0x7b of 7 bits, which no chip may have, look as addresses of 10 bits do, and are read as
    /// such.
    /// </remarks>
    public ushort Encode() => IsTenBit
        ? (ushort)((Value << 8) | TenBitPrefix | ((Value >> 7) & 0x06))
        : (ushort)(Value << 1);

    /// <summary>As chips' data sheets and Linux's tools write it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"0x{Value:x2}{(IsTenBit ? " (10 bits)" : "")}");
}
