using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Threading;

namespace Xen.Machine;

/// <summary>
/// The message-signalled interrupts of a PCI function: table and pending bits in one window, masks of vector and function
/// (PCI Local Bus 3.0, §6.8.2).
/// </summary>
/// <remarks>
/// <para>Thread-safe: a vector has its own lock, so that queues with a vector each do not wait for one another. What is
/// signalled while it cannot be delivered is pending, and delivered once when it can be.</para>
/// <para>A message to a local APIC with vector 0 counts as not masked, whatever its mask says: no interrupt has that
/// vector. Linux on Xen writes it to have the interrupt as an event channel, masks it there, and leaves the mask in the
/// table as it was after a reset.</para>
/// </remarks>
public sealed class MsixTable : IMmioDevice
{
    /// <summary>The most vectors that a function can have.</summary>
    public const int MaxVectors = 2048;

    /// <summary>Length of the body of the capability, after identifier and pointer, in bytes.</summary>
    public const int CapabilityBodyLength = 10;

    /// <summary>In the capability's control word: message-signalled interrupts take the place of the pin.</summary>
    public const ushort ControlEnable = 1 << 15;

    /// <summary>In the capability's control word: all vectors are masked.</summary>
    public const ushort ControlMask = 1 << 14;

    /// <summary>Size of an entry of the table in bytes: address, data, vector control.</summary>
    public const int EntrySize = 16;

    private const int PageSize = 4096;
    private const ulong LocalApics = 0xfee0_0000;
    private const ulong LocalApicsMask = 0xfff0_0000;

    private readonly Vector[] _vectors;
    private IMsiSink? _sink;
    private volatile bool _enabled;
    private volatile bool _masked = true;

    /// <summary>Makes a table in which every vector is masked.</summary>
    /// <param name="count">Number of vectors, 1 to <see cref="MaxVectors"/>.</param>
    public MsixTable(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxVectors);
        _vectors = new Vector[count];
        for (var i = 0; i < count; i++)
            _vectors[i] = new Vector();
        PendingOffset = (uint)((count * EntrySize) + PageSize - 1) & ~(uint)(PageSize - 1);
        Length = BitOperations.RoundUpToPowerOf2(PendingOffset + PendingLength);
    }

    /// <summary>Raised after the guest has written the table, outside of locks.</summary>
    public event EventHandler? Written;

    /// <summary>Number of vectors.</summary>
    public int Count => _vectors.Length;

    /// <inheritdoc/>
    public ulong Length { get; }

    /// <summary>Where the pending bits begin, in bytes from the start of the window. The table begins at 0.</summary>
    public uint PendingOffset { get; }

    /// <summary>Whether the guest has enabled them: the function does not use its pin then.</summary>
    public bool IsEnabled => _enabled;

    private uint PendingLength => (uint)(_vectors.Length + 63) / 64 * sizeof(ulong);

    /// <summary>Writes the body of the capability that describes the table.</summary>
    /// <param name="bar">The base address register of the window.</param>
    /// <param name="body">Filled, <see cref="CapabilityBodyLength"/> bytes.</param>
    /// <param name="writable">Filled with the bits that can be written, as long.</param>
    public void WriteCapability(int bar, Span<byte> body, Span<byte> writable)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)(_vectors.Length - 1));
        BinaryPrimitives.WriteUInt32LittleEndian(body[2..], (uint)bar);
        BinaryPrimitives.WriteUInt32LittleEndian(body[6..], PendingOffset | (uint)bar);
        writable[..CapabilityBodyLength].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(writable, ControlEnable | ControlMask);
    }

    /// <summary>Says where messages go; what is pending goes there if it may.</summary>
    /// <param name="sink">The sink.</param>
    public void Attach(IMsiSink sink)
    {
        Volatile.Write(ref _sink, sink);
        DeliverPending();
    }

    /// <summary>Takes the control word of the capability, as the guest has written it.</summary>
    /// <param name="control">The control word.</param>
    /// <param name="busMaster">Whether the function may write to memory at all.</param>
    public void SetControl(ushort control, bool busMaster)
    {
        _enabled = (control & ControlEnable) != 0;
        _masked = (control & ControlMask) != 0 || !busMaster;
        if (_enabled)
        {
            DeliverPending();
            return;
        }

        foreach (var vector in _vectors)
        {
            lock (vector.Gate)
                vector.Pending = false;
        }
    }

    /// <summary>Interrupts the guest, now or as soon as it may be. Without effect while not enabled.</summary>
    /// <param name="vector">Which vector; one that does not exist does nothing.</param>
    public void Signal(int vector)
    {
        if ((uint)vector >= (uint)_vectors.Length || !_enabled)
            return;

        var entry = _vectors[vector];
        lock (entry.Gate)
        {
            entry.Pending = true;
            TryDeliver(entry);
        }
    }

    /// <inheritdoc/>
    public IoResult Read(ulong offset, Span<byte> data)
    {
        Span<byte> image = stackalloc byte[EntrySize];
        var start = (int)(offset % EntrySize);
        if (start + data.Length > EntrySize)
            return IoResult.InvalidAccessSize;

        if (offset < (ulong)_vectors.Length * EntrySize)
            _vectors[offset / EntrySize].Save(image);
        else if (offset >= PendingOffset && offset < PendingOffset + PendingLength)
            ReadPending((int)(offset - PendingOffset) / EntrySize * EntrySize * 8, image);
        else
            return IoResult.InvalidRegister;

        image.Slice(start, data.Length).CopyTo(data);
        return IoResult.Ok;
    }

    /// <inheritdoc/>
    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        if (offset >= (ulong)_vectors.Length * EntrySize)
            return offset < PendingOffset ? IoResult.InvalidRegister : IoResult.WrongDirection;
        if (data.Length is not (4 or 8) || offset % (uint)data.Length != 0)
            return IoResult.InvalidAccessSize;

        var entry = _vectors[offset / EntrySize];
        lock (entry.Gate)
        {
            Span<byte> image = stackalloc byte[EntrySize];
            entry.Save(image);
            data.CopyTo(image[(int)(offset % EntrySize)..]);
            entry.Restore(image);
            TryDeliver(entry);
        }

        Written?.Invoke(this, EventArgs.Empty);
        return IoResult.Ok;
    }

    /// <summary>Copies the table, without what is pending.</summary>
    /// <param name="destination"><see cref="EntrySize"/> bytes for each vector.</param>
    public void Save(Span<byte> destination)
    {
        for (var i = 0; i < _vectors.Length; i++)
            _vectors[i].Save(destination.Slice(i * EntrySize, EntrySize));
    }

    /// <summary>Takes a saved table over. Bits that an entry does not have are left out.</summary>
    /// <param name="saved">From <see cref="Save"/>, of a table with as many vectors.</param>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        for (var i = 0; i < _vectors.Length; i++)
            _vectors[i].Restore(saved.Slice(i * EntrySize, EntrySize));
    }

    private void DeliverPending()
    {
        foreach (var vector in _vectors)
        {
            lock (vector.Gate)
                TryDeliver(vector);
        }
    }

    // Under the vector's lock. Who lifts the function's mask goes through all vectors afterwards: none is forgotten.
    private void TryDeliver(Vector vector)
    {
        if (!vector.Pending || !_enabled || _masked || (vector.Masked && !IsMaskedElsewhere(vector.Message))
            || Volatile.Read(ref _sink) is not { } sink)
            return;

        vector.Pending = false;
        sink.Deliver(vector.Message);
    }

    private static bool IsMaskedElsewhere(MsiMessage message) =>
        (message.Data & byte.MaxValue) == 0 && (message.Address & LocalApicsMask) == LocalApics;

    private void ReadPending(int firstVector, Span<byte> image)
    {
        image.Clear();
        for (var i = 0; i < image.Length * 8 && firstVector + i < _vectors.Length; i++)
        {
            var vector = _vectors[firstVector + i];
            lock (vector.Gate)
                image[i / 8] |= (byte)((vector.Pending ? 1 : 0) << (i % 8));
        }
    }

    private sealed class Vector
    {
        public Lock Gate { get; } = new();

        public MsiMessage Message { get; private set; }

        public bool Masked { get; private set; } = true;

        public bool Pending { get; set; }

        public void Save(Span<byte> image)
        {
            lock (Gate)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(image, Message.Address);
                BinaryPrimitives.WriteUInt32LittleEndian(image[8..], Message.Data);
                BinaryPrimitives.WriteUInt32LittleEndian(image[12..], Masked ? 1u : 0u);
            }
        }

        public void Restore(ReadOnlySpan<byte> image)
        {
            lock (Gate)
            {
                Message = new MsiMessage(
                    BinaryPrimitives.ReadUInt64LittleEndian(image) & ~3ul,
                    BinaryPrimitives.ReadUInt32LittleEndian(image[8..]));
                Masked = (image[12] & 1) != 0;
            }
        }
    }
}
