using System;
using System.Buffers.Binary;
using System.Threading;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>
/// An I/O APIC for PVH guests, which have none of Xen's: the guest programs it, and its inputs become messages.
/// </summary>
/// <remarks>
/// The guest must be told of it by an ACPI MADT entry. Inputs act on the change from low to high, whatever trigger
/// mode the guest chose: a PVH guest's end of interrupt does not reach a device model. An edge that comes while the
/// entry is masked is kept and sent when the guest unmasks it. Source: 82093AA datasheet.
/// <para>
/// Drivers that share an input have a line each, and the rise of each is an edge, whatever the others' levels are: on one wire,
/// the rise of one while another is high would be none, and nobody would look at its device.
/// </para>
/// <para>
/// Its saved state is what the guest has programmed. The levels of its inputs are not part of it: whoever drives them does so
/// again.
/// </para>
/// </remarks>
public sealed class IoApic : IMmioDevice, ISavedState
{
    /// <summary>Where PCs have their first I/O APIC.</summary>
    public const ulong DefaultAddress = 0xfec00000;

    /// <summary>Number of inputs.</summary>
    public const int InputCount = 24;

    private const uint IdIndex = 0x00;
    private const uint VersionIndex = 0x01;
    private const uint ArbitrationIndex = 0x02;
    private const uint FirstEntryIndex = 0x10;
    private const uint EntryIndexEnd = FirstEntryIndex + (2 * InputCount);
    private const uint Version = 0x11 | ((InputCount - 1) << 16);
    private const uint IdMask = 0x0f000000;
    private const uint SelectMask = 0xff;

    private const byte StateVersion = 1;
    private const int SavedSelect = 1;
    private const int SavedId = SavedSelect + sizeof(uint);
    private const int SavedEntries = SavedId + sizeof(uint);
    private const int StateLength = SavedEntries + (InputCount * sizeof(ulong));

    private static readonly RegisterMap<IoApicRegister> Registers = new(
        0x20,
        [
            (IoApicRegister.Select, 0x00, 4, RegisterAccess.ReadWrite),
            (IoApicRegister.Window, 0x10, 4, RegisterAccess.ReadWrite),
        ]);

    private readonly IMsiSink _sink;
    private readonly Lock _lock = new();
    private readonly IoApicEntry[] _entries = new IoApicEntry[InputCount];
    private readonly bool[] _pending = new bool[InputCount];
    private uint _select;
    private uint _id;

    /// <summary>Makes one, with every input masked.</summary>
    /// <param name="sink">Where its messages go.</param>
    public IoApic(IMsiSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
        Array.Fill(_entries, IoApicEntry.AtReset);
    }

    /// <inheritdoc/>
    public event EventHandler? StateChanged;

    /// <inheritdoc/>
    public ulong Length => 0x1000;

    /// <summary>A line to one of the inputs: its driver's own, low at first.</summary>
    /// <param name="input">0 to 23; the GSI, for the first I/O APIC of a machine.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public IInterruptLine GetLine(int input)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(input);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(input, InputCount);
        return new Line(this, input);
    }

    /// <inheritdoc/>
    public IoResult Read(ulong offset, Span<byte> data) =>
        Registers.Read(offset, data, this, static (self, register) => self.ReadRegister(register));

    /// <inheritdoc/>
    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        var result = Registers.Write(
            offset, data, this, static (self, register, value) => self.WriteRegister(register, (uint)value));
        if (result == IoResult.Ok)
            StateChanged?.Invoke(this, EventArgs.Empty);
        return result;
    }

    /// <inheritdoc/>
    public byte[] SaveState()
    {
        var state = new byte[StateLength];
        state[0] = StateVersion;
        lock (_lock)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(SavedSelect), _select);
            BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(SavedId), _id);
            for (var i = 0; i < InputCount; i++)
                BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(SavedEntries + (i * sizeof(ulong))), _entries[i].Bits);
        }

        return state;
    }

    /// <inheritdoc/>
    public bool TryRestoreState(ReadOnlySpan<byte> state)
    {
        if (state.Length != StateLength || state[0] != StateVersion)
            return false;

        lock (_lock)
        {
            _select = BinaryPrimitives.ReadUInt32LittleEndian(state[SavedSelect..]) & SelectMask;
            _id = BinaryPrimitives.ReadUInt32LittleEndian(state[SavedId..]) & IdMask;
            for (var i = 0; i < InputCount; i++)
            {
                var bits = BinaryPrimitives.ReadUInt64LittleEndian(state[(SavedEntries + (i * sizeof(ulong)))..]);
                _entries[i] = IoApicEntry.AtReset.With((uint)bits, isHigh: false).With((uint)(bits >> 32), isHigh: true);
            }
        }

        return true;
    }

    private uint ReadRegister(IoApicRegister register)
    {
        lock (_lock)
        {
            if (register == IoApicRegister.Select)
                return _select;

            return _select switch
            {
                IdIndex or ArbitrationIndex => _id,
                VersionIndex => Version,
                >= FirstEntryIndex and < EntryIndexEnd => (uint)(SelectedEntry.Bits >> (IsHighHalf ? 32 : 0)),
                _ => 0,
            };
        }
    }

    private void WriteRegister(IoApicRegister register, uint value)
    {
        lock (_lock)
        {
            if (register == IoApicRegister.Select)
            {
                _select = value & SelectMask;
            }
            else if (_select == IdIndex)
            {
                _id = value & IdMask;
            }
            else if (_select is >= FirstEntryIndex and < EntryIndexEnd)
            {
                SelectedEntry = SelectedEntry.With(value, IsHighHalf);
                SendIfPending(SelectedInput);
            }
        }
    }

    private int SelectedInput => (int)(_select - FirstEntryIndex) / 2;

    private bool IsHighHalf => (_select & 1) != 0;

    private ref IoApicEntry SelectedEntry => ref _entries[SelectedInput];

    private void SendIfPending(int input)
    {
        if (!_pending[input] || _entries[input].IsMasked)
            return;

        _pending[input] = false;
        if (_entries[input].TryGetMessage(out var message))
            _sink.Deliver(message);
    }

    private sealed class Line(IoApic ioApic, int input) : IInterruptLine
    {
        private bool _isHigh;

        public void SetLevel(bool asserted)
        {
            lock (ioApic._lock)
            {
                ioApic._pending[input] |= asserted && !_isHigh;
                _isHigh = asserted;
                ioApic.SendIfPending(input);
            }
        }
    }
}
