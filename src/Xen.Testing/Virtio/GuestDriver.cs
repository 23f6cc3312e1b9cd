using System;
using System.Buffers.Binary;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>Plays the guest's virtio-mmio driver against a device's register window (virtio 1.2 §4.2).</summary>
public sealed class GuestDriver : VirtioDriver
{
    private readonly IMmioDevice _device;

    /// <summary>Makes a driver.</summary>
    /// <param name="device">The register window.</param>
    /// <param name="memory">Memory of the guest; queues and buffers are taken from it.</param>
    /// <param name="interrupt">The line that the device was given.</param>
    /// <param name="start">First guest physical address to use; the page after 0 if null.</param>
    /// <param name="length">How many bytes to use from there; 8 MiB if null.</param>
    public GuestDriver(
        IMmioDevice device, PlainGuestMemory memory, TestInterruptLine interrupt, ulong? start = null,
        ulong? length = null)
        : base(memory, start, length)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(interrupt);
        _device = device;
        Interrupt = interrupt;
    }

    /// <summary>The line from the device.</summary>
    public TestInterruptLine Interrupt { get; }

    /// <inheritdoc/>
    public override DeviceStatus Status
    {
        get => (DeviceStatus)ReadRegister(MmioRegister.Status);
        set => WriteRegister(MmioRegister.Status, (uint)value);
    }

    /// <inheritdoc/>
    public override uint ConfigGeneration => ReadRegister(MmioRegister.ConfigGeneration);

    /// <inheritdoc/>
    public override uint SelectedQueue
    {
        set => WriteRegister(MmioRegister.QueueSel, value);
    }

    /// <inheritdoc/>
    public override uint QueueMaxSize => ReadRegister(MmioRegister.QueueSizeMax);

    /// <inheritdoc/>
    public override bool IsQueueReady => ReadRegister(MmioRegister.QueueReady) != 0;

    /// <summary>Reads a register; all ones if the device refuses, as the bus answers then.</summary>
    /// <param name="register">Which one.</param>
    public uint ReadRegister(MmioRegister register)
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        return _device.Read((ulong)register, data) == IoResult.Ok
            ? BinaryPrimitives.ReadUInt32LittleEndian(data)
            : uint.MaxValue;
    }

    /// <summary>Writes a register.</summary>
    /// <param name="register">Which one.</param>
    /// <param name="value">Anything.</param>
    public void WriteRegister(MmioRegister register, uint value)
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        _device.Write((ulong)register, data);
    }

    /// <inheritdoc/>
    public override bool TryReadConfig(uint offset, Span<byte> data) =>
        _device.Read(MmioLayout.ConfigOffset + offset, data) == IoResult.Ok;

    /// <inheritdoc/>
    public override bool TryWriteConfig(uint offset, ReadOnlySpan<byte> data) =>
        _device.Write(MmioLayout.ConfigOffset + offset, data) == IoResult.Ok;

    /// <inheritdoc/>
    public override ulong ReadOfferedFeatures()
    {
        WriteRegister(MmioRegister.DeviceFeaturesSel, 1);
        var high = (ulong)ReadRegister(MmioRegister.DeviceFeatures) << 32;
        WriteRegister(MmioRegister.DeviceFeaturesSel, 0);
        return high | ReadRegister(MmioRegister.DeviceFeatures);
    }

    /// <inheritdoc/>
    public override void WriteFeatures(ulong features)
    {
        WriteRegister(MmioRegister.DriverFeaturesSel, 0);
        WriteRegister(MmioRegister.DriverFeatures, (uint)features);
        WriteRegister(MmioRegister.DriverFeaturesSel, 1);
        WriteRegister(MmioRegister.DriverFeatures, (uint)(features >> 32));
    }

    /// <inheritdoc/>
    public override void WriteQueue(uint size, ulong descriptorTable, ulong availableRing, ulong usedRing)
    {
        WriteRegister(MmioRegister.QueueSize, size);
        WriteRegister(MmioRegister.QueueDescLow, (uint)descriptorTable);
        WriteRegister(MmioRegister.QueueDescHigh, (uint)(descriptorTable >> 32));
        WriteRegister(MmioRegister.QueueDriverLow, (uint)availableRing);
        WriteRegister(MmioRegister.QueueDriverHigh, (uint)(availableRing >> 32));
        WriteRegister(MmioRegister.QueueDeviceLow, (uint)usedRing);
        WriteRegister(MmioRegister.QueueDeviceHigh, (uint)(usedRing >> 32));
    }

    /// <inheritdoc/>
    public override void MakeQueueReady() => WriteRegister(MmioRegister.QueueReady, 1);

    /// <inheritdoc/>
    public override void Notify(int index) => WriteRegister(MmioRegister.QueueNotify, (uint)index);

    /// <inheritdoc/>
    public override bool WaitForInterrupt(TimeSpan timeout) => Interrupt.WaitForEdge(timeout);

    /// <inheritdoc/>
    public override InterruptCauses TakeInterrupt()
    {
        var causes = ReadRegister(MmioRegister.InterruptStatus);
        WriteRegister(MmioRegister.InterruptAck, causes);
        return (InterruptCauses)causes;
    }
}
