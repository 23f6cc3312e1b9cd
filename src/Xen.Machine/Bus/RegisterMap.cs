using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Xen.Machine;

/// <summary>
/// The registers of a device by offset, so that the device sees whole registers and does no offset arithmetic.
/// </summary>
/// <typeparam name="TId">The device's own enumeration of its registers.</typeparam>
/// <remarks>
/// Reads of a naturally aligned part of a register are served from the whole register. A write must cover its
/// register exactly: many registers act on being written, and a half write has no meaning for them.
/// </remarks>
public sealed class RegisterMap<TId>
    where TId : struct, Enum
{
    private readonly Entry[] _byOffset;
    private readonly uint _length;

    /// <summary>Lays the registers out.</summary>
    /// <param name="length">Length of the register block in bytes; offsets at or above it are not registers.</param>
    /// <param name="registers">Identifier, offset in bytes, size in bytes (1, 2, 4 or 8) and direction of each.</param>
    /// <exception cref="ArgumentException">A register has another size, is not aligned to it, reaches beyond
    /// <paramref name="length"/> or overlaps another one.</exception>
    public RegisterMap(
        uint length, IReadOnlyList<(TId Id, uint Offset, int Size, RegisterAccess Access)> registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        _length = length;
        _byOffset = new Entry[length];
        foreach (var (id, offset, size, access) in registers)
            Place(new Entry(id, offset, size, access));
    }

    /// <summary>Answers a read of the guest.</summary>
    /// <param name="offset">Offset in bytes from the start of the block.</param>
    /// <param name="data">Filled with the register, or the part of it that was asked for.</param>
    /// <param name="state">Given to <paramref name="read"/>, so that it can be static.</param>
    /// <param name="read">Gives the value of a whole register.</param>
    public IoResult Read<TState>(ulong offset, Span<byte> data, TState state, Func<TState, TId, ulong> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var found = Find(offset, data.Length, RegisterAccess.Read, out var register);
        if (found != IoResult.Ok)
            return found;

        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(whole, read(state, register.Id));
        whole.Slice((int)((uint)offset - register.Offset), data.Length).CopyTo(data);
        return IoResult.Ok;
    }

    /// <summary>Answers a write of the guest.</summary>
    /// <param name="offset">Offset in bytes from the start of the block.</param>
    /// <param name="data">The value, little-endian.</param>
    /// <param name="state">Given to <paramref name="write"/>, so that it can be static.</param>
    /// <param name="write">Takes the value of a whole register.</param>
    public IoResult Write<TState>(
        ulong offset, ReadOnlySpan<byte> data, TState state, Action<TState, TId, ulong> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var found = Find(offset, data.Length, RegisterAccess.Write, out var register);
        if (found != IoResult.Ok)
            return found;
        if (data.Length != register.Size)
            return IoResult.InvalidAccessSize;

        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        whole.Clear();
        data.CopyTo(whole);
        write(state, register.Id, BinaryPrimitives.ReadUInt64LittleEndian(whole));
        return IoResult.Ok;
    }

    private IoResult Find(ulong offset, int size, RegisterAccess access, out Entry register)
    {
        register = default;
        if (offset >= _length || _byOffset[offset].Size == 0)
            return IoResult.InvalidRegister;

        register = _byOffset[offset];
        if (size is not (1 or 2 or 4 or 8) || offset % (uint)size != 0
            || offset + (uint)size > register.Offset + (uint)register.Size)
            return IoResult.InvalidAccessSize;
        return (register.Access & access) == access ? IoResult.Ok : IoResult.WrongDirection;
    }

    private void Place(Entry register)
    {
        if (register.Size is not (1 or 2 or 4 or 8) || register.Offset % (uint)register.Size != 0
            || (ulong)register.Offset + (uint)register.Size > _length)
            throw new ArgumentException($"register {register.Id} at {register.Offset:#x} has a bad size or place");

        foreach (ref var slot in _byOffset.AsSpan((int)register.Offset, register.Size))
        {
            if (slot.Size != 0)
                throw new ArgumentException($"register {register.Id} overlaps register {slot.Id}");
            slot = register;
        }
    }

    private readonly record struct Entry(TId Id, uint Offset, int Size, RegisterAccess Access);
}
