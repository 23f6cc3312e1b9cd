using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Xen.Machine;

/// <summary>The configuration space of a PCI function of type 0: what can be written, what stays, where the windows are.</summary>
/// <remarks>
/// It only remembers; its function acts on what has changed. Not thread-safe, but for
/// <see cref="IsInterruptPending"/>.
/// </remarks>
public sealed class PciConfigSpace
{
    private readonly byte[] _bytes = new byte[PciLayout.ConfigLength];
    private readonly byte[] _writable = new byte[PciLayout.ConfigLength];
    private readonly ulong[] _barLengths = new ulong[PciLayout.BarCount];
    private int _nextCapability = PciLayout.FirstCapabilityOffset;
    private int _lastPointer = PciLayout.CapabilitiesOffset;
    private volatile bool _interruptPending;

    /// <summary>Makes the space of a function with one interrupt pin, INTA, and neither windows nor capabilities yet.</summary>
    /// <param name="identity">What the function is.</param>
    public PciConfigSpace(PciIdentity identity)
    {
        Put16(PciLayout.VendorOffset, identity.Vendor);
        Put16(PciLayout.DeviceOffset, identity.Device);
        Put16(PciLayout.SubsystemVendorOffset, identity.SubsystemVendor);
        Put16(PciLayout.SubsystemOffset, identity.Subsystem);
        BinaryPrimitives.WriteUInt32LittleEndian(
            _bytes.AsSpan(PciLayout.RevisionOffset), identity.Revision | (identity.ClassCode << 8));
        _bytes[PciLayout.InterruptPinOffset] = 1;

        _writable[PciLayout.InterruptLineOffset] = byte.MaxValue;
        BinaryPrimitives.WriteUInt16LittleEndian(
            _writable.AsSpan(PciLayout.CommandOffset),
            (ushort)(PciCommands.Memory | PciCommands.BusMaster | PciCommands.InterruptDisable));
    }

    /// <summary>The command register.</summary>
    public PciCommands Command => (PciCommands)Get16(PciLayout.CommandOffset);

    /// <summary>Whether the status register says that the pin is wanted. Any thread.</summary>
    public bool IsInterruptPending
    {
        get => _interruptPending;
        set => _interruptPending = value;
    }

    /// <summary>Adds a memory window that is not prefetchable.</summary>
    /// <param name="bar">Which base address register; with 64 bits the next one belongs to it, too.</param>
    /// <param name="length">Length of the window in bytes: a power of two, 16 or more.</param>
    /// <param name="is64Bit">Whether it may be placed above 4 GiB.</param>
    /// <exception cref="ArgumentException">There is no such register, it is taken, or the length is none.</exception>
    public void AddBar(int bar, ulong length, bool is64Bit)
    {
        if (bar < 0 || bar + (is64Bit ? 1 : 0) >= PciLayout.BarCount || !BitOperations.IsPow2(length) || length < 16
            || (!is64Bit && length > 1UL << 31)
            || _writable.AsSpan(BarAt(bar), is64Bit ? sizeof(ulong) : sizeof(uint)).ContainsAnyExcept((byte)0))
            throw new ArgumentException($"no window of {length:#x} bytes can be at base address register {bar}");

        _barLengths[bar] = length;
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(BarAt(bar)), is64Bit ? PciLayout.Bar64Bit : 0);
        if (is64Bit)
            BinaryPrimitives.WriteUInt64LittleEndian(_writable.AsSpan(BarAt(bar)), ~(length - 1));
        else
            BinaryPrimitives.WriteUInt32LittleEndian(_writable.AsSpan(BarAt(bar)), ~((uint)length - 1));
    }

    /// <summary>Adds a capability after those that are there.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="body">What follows its identifier and the pointer to the next one.</param>
    /// <param name="writable">Which bits of the body can be written; none if empty, else as long as the body.</param>
    /// <returns>The offset of the capability, in bytes.</returns>
    /// <exception cref="ArgumentException">There is no room left.</exception>
    public int AddCapability(byte id, ReadOnlySpan<byte> body, ReadOnlySpan<byte> writable = default)
    {
        var offset = _nextCapability;
        if (offset + 2 + body.Length > PciLayout.ConfigLength)
            throw new ArgumentException($"no room for {body.Length} bytes of capability {id:#x}");

        _bytes[_lastPointer] = (byte)offset;
        _bytes[offset] = id;
        body.CopyTo(_bytes.AsSpan(offset + 2));
        writable.CopyTo(_writable.AsSpan(offset + 2, body.Length));
        Put16(PciLayout.StatusOffset, PciLayout.StatusCapabilities);
        _lastPointer = offset + 1;
        _nextCapability = (offset + 2 + body.Length + 3) & ~3;
        return offset;
    }

    /// <summary>Answers a read of the guest.</summary>
    /// <param name="offset">Offset in bytes; any value.</param>
    /// <param name="data">Filled, little-endian.</param>
    public IoResult Read(int offset, Span<byte> data)
    {
        if (!IsInside(offset, data.Length))
            return IoResult.InvalidRegister;

        _bytes.AsSpan(offset, data.Length).CopyTo(data);
        var status = PciLayout.StatusOffset - offset;
        if (_interruptPending && status >= 0 && status < data.Length)
            data[status] |= (byte)PciLayout.StatusInterrupt;
        return IoResult.Ok;
    }

    /// <summary>Takes a write of the guest: bits that cannot be written keep their value.</summary>
    /// <param name="offset">Offset in bytes; any value.</param>
    /// <param name="data">The value, little-endian.</param>
    public IoResult Write(int offset, ReadOnlySpan<byte> data)
    {
        if (!IsInside(offset, data.Length))
            return IoResult.InvalidRegister;

        for (var i = 0; i < data.Length; i++)
        {
            var mask = _writable[offset + i];
            _bytes[offset + i] = (byte)((_bytes[offset + i] & ~mask) | (data[i] & mask));
        }

        return IoResult.Ok;
    }

    /// <summary>Where the guest decodes a window.</summary>
    /// <param name="bar">Which base address register.</param>
    /// <param name="address">Guest physical address.</param>
    /// <returns>
    /// False if it decodes it nowhere: memory is disabled, the register has not been written, or it holds what was written
    /// to find out the length.
    /// </returns>
    public bool TryGetWindow(int bar, out ulong address)
    {
        address = 0;
        var length = _barLengths[bar];
        if (length == 0 || (Command & PciCommands.Memory) == 0)
            return false;

        var low = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(BarAt(bar)));
        address = low & ~PciLayout.BarFlags;
        var last = uint.MaxValue + 0UL;
        if ((low & PciLayout.Bar64Bit) != 0)
        {
            address |= (ulong)BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(BarAt(bar + 1))) << 32;
            last = ulong.MaxValue;
        }

        return address != 0 && address + (length - 1) < last;
    }

    /// <summary>Reads 16 bits, as they are remembered.</summary>
    /// <param name="offset">Offset in bytes, within the space.</param>
    public ushort Get16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(offset));

    /// <summary>Reads 32 bits, as they are remembered.</summary>
    /// <param name="offset">Offset in bytes, within the space.</param>
    public uint Get32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));

    /// <summary>Copies the whole space.</summary>
    /// <param name="destination"><see cref="PciLayout.ConfigLength"/> bytes.</param>
    public void Save(Span<byte> destination) => _bytes.CopyTo(destination);

    /// <summary>Whether a saved space can be taken over: it is one of the same function, and only what can be written differs.</summary>
    /// <param name="saved">From <see cref="Save"/>, perhaps of another function.</param>
    public bool CanRestore(ReadOnlySpan<byte> saved)
    {
        if (saved.Length != _bytes.Length)
            return false;
        for (var i = 0; i < saved.Length; i++)
        {
            if (((saved[i] ^ _bytes[i]) & ~_writable[i]) != 0)
                return false;
        }

        return true;
    }

    /// <summary>Takes a saved space over.</summary>
    /// <param name="saved">Checked with <see cref="CanRestore"/>.</param>
    public void Restore(ReadOnlySpan<byte> saved) => Write(0, saved);

    private static int BarAt(int bar) => PciLayout.BarOffset + (bar * sizeof(uint));

    private static bool IsInside(int offset, int length) => offset >= 0 && length <= PciLayout.ConfigLength - offset;

    private void Put16(int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(offset), value);
}
