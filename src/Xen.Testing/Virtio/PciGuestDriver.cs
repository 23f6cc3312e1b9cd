using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>
/// Plays the guest's virtio-pci driver, and the firmware before it: finds the capabilities, places the windows, and drives
/// the device as virtio 1.2 §4.1 says.
/// </summary>
public sealed class PciGuestDriver : VirtioDriver
{
    /// <summary>Where the first window is placed.</summary>
    public const uint FirstWindow = 0xf000_0000;

    private const int ConfigVector = 0;
    private const uint LocalApic = 0xfee0_0000;
    private const uint FirstInterrupt = 0x40;

    private readonly IPciDevice _device;
    private readonly PciInterruptMode _mode;
    private readonly Dictionary<VirtioPciCapability, PciStructure> _structures = [];
    private readonly ulong[] _windows = new ulong[PciLayout.BarCount];
    private InterruptCauses _causes;

    /// <summary>Makes a driver; the function is not touched before <see cref="Probe"/>.</summary>
    /// <param name="device">The function, plugged into <paramref name="host"/>.</param>
    /// <param name="host">Its slot.</param>
    /// <param name="memory">Memory of the guest; queues and buffers are taken from it.</param>
    /// <param name="mode">How to be interrupted.</param>
    /// <param name="start">First guest physical address to use; the page after 0 if null.</param>
    /// <param name="length">How many bytes to use from there; 8 MiB if null.</param>
    public PciGuestDriver(
        IPciDevice device, TestPciHost host, PlainGuestMemory memory,
        PciInterruptMode mode = PciInterruptMode.Messages, ulong? start = null, ulong? length = null)
        : base(memory, start, length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(host);
        _device = device;
        Host = host;
        _mode = mode;
    }

    /// <summary>The function's slot.</summary>
    public TestPciHost Host { get; }

    /// <summary>The structures that the capabilities describe.</summary>
    public IReadOnlyDictionary<VirtioPciCapability, PciStructure> Structures => _structures;

    /// <summary>Offset of the capability of message-signalled interrupts; 0 before <see cref="Probe"/>.</summary>
    public int MessageCapability { get; private set; }

    /// <inheritdoc/>
    public override DeviceStatus Status
    {
        get => (DeviceStatus)ReadRegister(VirtioPciRegister.DeviceStatus, sizeof(byte));
        set => WriteRegister(VirtioPciRegister.DeviceStatus, sizeof(byte), (uint)value);
    }

    /// <inheritdoc/>
    public override uint ConfigGeneration => ReadRegister(VirtioPciRegister.ConfigGeneration, sizeof(byte));

    /// <inheritdoc/>
    public override uint SelectedQueue
    {
        set => WriteRegister(VirtioPciRegister.QueueSelect, sizeof(ushort), value);
    }

    /// <inheritdoc/>
    public override uint QueueMaxSize => ReadRegister(VirtioPciRegister.QueueSize, sizeof(ushort));

    /// <inheritdoc/>
    public override bool IsQueueReady => ReadRegister(VirtioPciRegister.QueueEnable, sizeof(ushort)) != 0;

    /// <summary>
    /// Finds the function out: identity, capabilities, lengths of the windows; places those, and enables what is wanted.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is no virtio function, or a part of it is missing.</exception>
    public void Probe()
    {
        if (ReadConfigSpace(PciLayout.VendorOffset, sizeof(ushort)) != VirtioPciLayout.VendorId)
            throw new InvalidOperationException("not a virtio function");

        FindCapabilities();
        PlaceWindows();
        WriteCommand(PciCommands.Memory | PciCommands.BusMaster);
        foreach (var wanted in (VirtioPciCapability[])
            [VirtioPciCapability.Common, VirtioPciCapability.Notify, VirtioPciCapability.Isr, VirtioPciCapability.Device])
        {
            if (!_structures.ContainsKey(wanted))
                throw new InvalidOperationException($"the function has no structure {wanted}");
        }

        if (_mode == PciInterruptMode.Messages)
            EnableMessages();
        else
            WriteMessageControl(enabled: false, masked: false);
    }

    /// <summary>Reads the configuration space of the function.</summary>
    /// <param name="offset">Offset in bytes.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    public uint ReadConfigSpace(int offset, int size)
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        data.Clear();
        if (_device.ReadConfig(offset, data[..size]) != IoResult.Ok)
            data[..size].Fill(byte.MaxValue);
        return BinaryPrimitives.ReadUInt32LittleEndian(data);
    }

    /// <summary>Writes the configuration space of the function.</summary>
    /// <param name="offset">Offset in bytes.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <param name="value">Anything.</param>
    public void WriteConfigSpace(int offset, int size, uint value)
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        _device.WriteConfig(offset, data[..size]);
    }

    /// <summary>Writes the command register.</summary>
    /// <param name="commands">What is enabled.</param>
    public void WriteCommand(PciCommands commands) =>
        WriteConfigSpace(PciLayout.CommandOffset, sizeof(ushort), (uint)commands);

    /// <summary>Where the guest has placed a window.</summary>
    /// <param name="bar">Which base address register.</param>
    public ulong GetWindow(int bar) => _windows[bar];

    /// <summary>Where a structure is in memory.</summary>
    /// <param name="structure">Which one.</param>
    public ulong AddressOf(VirtioPciCapability structure) =>
        _windows[_structures[structure].Bar] + _structures[structure].Offset;

    /// <summary>Reads a register; all ones if the device refuses, as the bus answers then.</summary>
    /// <param name="register">Which one.</param>
    /// <param name="size">Its size in bytes.</param>
    public uint ReadRegister(VirtioPciRegister register, int size)
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        data.Clear();
        Host.Read(AddressOf(VirtioPciCapability.Common) + (uint)register, data[..size]);
        return BinaryPrimitives.ReadUInt32LittleEndian(data);
    }

    /// <summary>Writes a register.</summary>
    /// <param name="register">Which one.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="value">Anything.</param>
    public void WriteRegister(VirtioPciRegister register, int size, uint value)
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        Host.Write(AddressOf(VirtioPciCapability.Common) + (uint)register, data[..size]);
    }

    /// <inheritdoc/>
    public override bool TryReadConfig(uint offset, Span<byte> data) =>
        Host.Read(AddressOf(VirtioPciCapability.Device) + offset, data) == IoResult.Ok;

    /// <inheritdoc/>
    public override bool TryWriteConfig(uint offset, ReadOnlySpan<byte> data) =>
        Host.Write(AddressOf(VirtioPciCapability.Device) + offset, data) == IoResult.Ok;

    /// <inheritdoc/>
    public override ulong ReadOfferedFeatures()
    {
        WriteRegister(VirtioPciRegister.DeviceFeatureSelect, sizeof(uint), 1);
        var high = (ulong)ReadRegister(VirtioPciRegister.DeviceFeature, sizeof(uint)) << 32;
        WriteRegister(VirtioPciRegister.DeviceFeatureSelect, sizeof(uint), 0);
        return high | ReadRegister(VirtioPciRegister.DeviceFeature, sizeof(uint));
    }

    /// <inheritdoc/>
    public override void WriteFeatures(ulong features)
    {
        WriteRegister(VirtioPciRegister.DriverFeatureSelect, sizeof(uint), 0);
        WriteRegister(VirtioPciRegister.DriverFeature, sizeof(uint), (uint)features);
        WriteRegister(VirtioPciRegister.DriverFeatureSelect, sizeof(uint), 1);
        WriteRegister(VirtioPciRegister.DriverFeature, sizeof(uint), (uint)(features >> 32));
    }

    /// <inheritdoc/>
    public override void WriteQueue(uint size, ulong descriptorTable, ulong availableRing, ulong usedRing)
    {
        WriteRegister(VirtioPciRegister.QueueSize, sizeof(ushort), size);
        WriteRegister(VirtioPciRegister.QueueDescLow, sizeof(uint), (uint)descriptorTable);
        WriteRegister(VirtioPciRegister.QueueDescHigh, sizeof(uint), (uint)(descriptorTable >> 32));
        WriteRegister(VirtioPciRegister.QueueDriverLow, sizeof(uint), (uint)availableRing);
        WriteRegister(VirtioPciRegister.QueueDriverHigh, sizeof(uint), (uint)(availableRing >> 32));
        WriteRegister(VirtioPciRegister.QueueDeviceLow, sizeof(uint), (uint)usedRing);
        WriteRegister(VirtioPciRegister.QueueDeviceHigh, sizeof(uint), (uint)(usedRing >> 32));
    }

    /// <inheritdoc/>
    public override void MakeQueueReady() => WriteRegister(VirtioPciRegister.QueueEnable, sizeof(ushort), 1);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The device does not take a vector.</exception>
    public override IGuestQueue SetUpQueue(int index, ushort? size = null)
    {
        SetVectors(index);
        return base.SetUpQueue(index, size);
    }

    /// <summary>Gives a queue, and changes of the configuration, their vectors, if there are to be messages.</summary>
    /// <param name="index">Which queue.</param>
    /// <exception cref="InvalidOperationException">The device does not take a vector.</exception>
    public void SetVectors(int index)
    {
        if (_mode != PciInterruptMode.Messages)
            return;

        SetVector(VirtioPciRegister.ConfigVector, ConfigVector);
        SelectedQueue = (uint)index;
        SetVector(VirtioPciRegister.QueueVector, index + 1);
    }

    /// <inheritdoc/>
    public override void Notify(int index)
    {
        SelectedQueue = (uint)index;
        var doorbell = ReadRegister(VirtioPciRegister.QueueNotifyOffset, sizeof(ushort));
        var multiplier = ReadConfigSpace(
            _structures[VirtioPciCapability.Notify].Capability + VirtioPciLayout.NotifyMultiplierOffset, sizeof(uint));
        Span<byte> data = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(data, (ushort)index);
        Host.Write(AddressOf(VirtioPciCapability.Notify) + (doorbell * multiplier), data);
    }

    /// <inheritdoc/>
    public override bool WaitForInterrupt(TimeSpan timeout)
    {
        if (_mode == PciInterruptMode.Pin)
            return Host.Interrupt.WaitForEdge(timeout);
        if (!Host.Messages.TryTake(timeout, out var message))
            return false;

        _causes |= CauseOf(message);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>With messages, the causes of all that have come.</remarks>
    public override InterruptCauses TakeInterrupt()
    {
        if (_mode == PciInterruptMode.Pin)
        {
            Span<byte> isr = stackalloc byte[1];
            Host.Read(AddressOf(VirtioPciCapability.Isr), isr);
            return (InterruptCauses)isr[0];
        }

        while (Host.Messages.TryTake(TimeSpan.Zero, out var message))
            _causes |= CauseOf(message);
        var causes = _causes;
        _causes = InterruptCauses.None;
        return causes;
    }

    /// <summary>Where an entry of the table of vectors is in memory.</summary>
    /// <param name="vector">Which vector.</param>
    public ulong AddressOfVector(int vector)
    {
        var place = ReadConfigSpace(MessageCapability + 4, sizeof(uint));
        return _windows[place & 7] + (place & ~7u) + (uint)(vector * MsixTable.EntrySize);
    }

    /// <summary>Writes an entry of the table of vectors.</summary>
    /// <param name="vector">Which vector.</param>
    /// <param name="message">Its message.</param>
    /// <param name="masked">Whether it is masked.</param>
    public void WriteVector(int vector, MsiMessage message, bool masked)
    {
        Span<byte> data = stackalloc byte[MsixTable.EntrySize];
        BinaryPrimitives.WriteUInt64LittleEndian(data, message.Address);
        BinaryPrimitives.WriteUInt32LittleEndian(data[8..], message.Data);
        BinaryPrimitives.WriteUInt32LittleEndian(data[12..], masked ? 1u : 0u);
        for (var i = 0; i < data.Length; i += sizeof(uint))
            Host.Write(AddressOfVector(vector) + (uint)i, data.Slice(i, sizeof(uint)));
    }

    /// <summary>The message that the driver gives to a vector.</summary>
    /// <param name="vector">Which vector.</param>
    public static MsiMessage MessageOf(int vector) => new(LocalApic, FirstInterrupt + (uint)vector);

    /// <summary>Writes the control word of the capability of message-signalled interrupts.</summary>
    /// <param name="enabled">Whether they are used.</param>
    /// <param name="masked">Whether all of them are masked.</param>
    public void WriteMessageControl(bool enabled, bool masked) => WriteConfigSpace(
        MessageCapability + 2, sizeof(ushort),
        (enabled ? MsixTable.ControlEnable : 0u) | (masked ? MsixTable.ControlMask : 0u));

    private static InterruptCauses CauseOf(MsiMessage message) =>
        message == MessageOf(ConfigVector) ? InterruptCauses.ConfigChange : InterruptCauses.UsedBuffer;

    private void FindCapabilities()
    {
        _structures.Clear();
        if ((ReadConfigSpace(PciLayout.StatusOffset, sizeof(ushort)) & PciLayout.StatusCapabilities) == 0)
            return;

        var offset = (int)ReadConfigSpace(PciLayout.CapabilitiesOffset, sizeof(byte));
        for (var left = PciLayout.ConfigLength / sizeof(uint); offset != 0 && left > 0; left--)
        {
            var id = ReadConfigSpace(offset, sizeof(byte));
            if (id == PciLayout.MsixCapability)
                MessageCapability = offset;
            else if (id == PciLayout.VendorCapability)
                AddStructure(offset);
            offset = (int)ReadConfigSpace(offset + 1, sizeof(byte));
        }
    }

    // The first of a type is the one to use (§4.1.4.1).
    private void AddStructure(int capability) => _structures.TryAdd(
        (VirtioPciCapability)ReadConfigSpace(capability + VirtioPciLayout.CapabilityTypeOffset, sizeof(byte)),
        new PciStructure(
            (int)ReadConfigSpace(capability + VirtioPciLayout.CapabilityBarOffset, sizeof(byte)),
            ReadConfigSpace(capability + VirtioPciLayout.CapabilityOffsetOffset, sizeof(uint)),
            ReadConfigSpace(capability + VirtioPciLayout.CapabilityLengthFieldOffset, sizeof(uint)), capability));

    // As firmware does it: decoding off, all ones in, the length out.
    private void PlaceWindows()
    {
        WriteCommand(PciCommands.None);
        var next = FirstWindow;
        for (var bar = 0; bar < PciLayout.BarCount; bar++)
        {
            var offset = PciLayout.BarOffset + (bar * sizeof(uint));
            WriteConfigSpace(offset, sizeof(uint), uint.MaxValue);
            var ones = ReadConfigSpace(offset, sizeof(uint));
            var length = ~(ones & ~PciLayout.BarFlags) + 1;
            if (length == 0)
                continue;

            next = (next + length - 1) & ~(length - 1);
            WriteConfigSpace(offset, sizeof(uint), next);
            _windows[bar] = next;
            next += length;
            if ((ones & PciLayout.Bar64Bit) != 0)
                WriteConfigSpace(PciLayout.BarOffset + (++bar * sizeof(uint)), sizeof(uint), 0);
        }
    }

    private void EnableMessages()
    {
        WriteMessageControl(enabled: true, masked: true);
        var count = (ReadConfigSpace(MessageCapability + 2, sizeof(ushort)) & 0x7ff) + 1;
        for (var i = 0; i < count; i++)
            WriteVector(i, MessageOf(i), masked: false);
        WriteMessageControl(enabled: true, masked: false);
    }

    private void SetVector(VirtioPciRegister register, int vector)
    {
        WriteRegister(register, sizeof(ushort), (uint)vector);
        if (ReadRegister(register, sizeof(ushort)) != (uint)vector)
            throw new InvalidOperationException($"the device does not take vector {vector}");
    }
}
