using System;
using System.Buffers.Binary;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>Plays the guest's virtio-mmio driver against a device's register window, without a guest.</summary>
/// <remarks>
/// The steps of virtio 1.2 §3.1.1 one by one, so that a test can do them in the wrong order. One thread at a time.
/// </remarks>
public sealed class GuestDriver
{
    // A page is left out so that address 0, a favourite of broken drivers, is never a valid buffer.
    private const ulong FirstAddress = 0x1000;

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
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(interrupt);
        _device = device;
        Memory = memory;
        Interrupt = interrupt;
        Allocator = new GuestAllocator(start ?? FirstAddress, length ?? (8 << 20));
    }

    /// <summary>The guest's memory.</summary>
    public PlainGuestMemory Memory { get; }

    /// <summary>Where queues and buffers come from.</summary>
    public GuestAllocator Allocator { get; }

    /// <summary>The line from the device.</summary>
    public TestInterruptLine Interrupt { get; }

    /// <summary>The device status.</summary>
    public DeviceStatus Status
    {
        get => (DeviceStatus)ReadRegister(MmioRegister.Status);
        set => WriteRegister(MmioRegister.Status, (uint)value);
    }

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

    /// <summary>Reads from the configuration space.</summary>
    /// <param name="offset">Offset in bytes.</param>
    /// <param name="data">1, 2, 4 or 8 bytes.</param>
    /// <returns>False if the device refuses.</returns>
    public bool TryReadConfig(uint offset, Span<byte> data) =>
        _device.Read(MmioLayout.ConfigOffset + offset, data) == IoResult.Ok;

    /// <summary>Writes to the configuration space.</summary>
    /// <param name="offset">Offset in bytes.</param>
    /// <param name="data">1, 2, 4 or 8 bytes.</param>
    /// <returns>False if the device refuses.</returns>
    public bool TryWriteConfig(uint offset, ReadOnlySpan<byte> data) =>
        _device.Write(MmioLayout.ConfigOffset + offset, data) == IoResult.Ok;

    /// <summary>Resets the device (§2.4).</summary>
    public void Reset() => Status = DeviceStatus.None;

    /// <summary>Reads all 64 offered features.</summary>
    public ulong ReadOfferedFeatures()
    {
        WriteRegister(MmioRegister.DeviceFeaturesSel, 1);
        var high = (ulong)ReadRegister(MmioRegister.DeviceFeatures) << 32;
        WriteRegister(MmioRegister.DeviceFeaturesSel, 0);
        return high | ReadRegister(MmioRegister.DeviceFeatures);
    }

    /// <summary>Resets the device, says hello and negotiates (§3.1.1, steps 1 to 6).</summary>
    /// <param name="wanted">Features that the driver knows; VERSION_1 is added.</param>
    /// <returns>The negotiated features.</returns>
    /// <exception cref="InvalidOperationException">The device refused.</exception>
    public ulong Negotiate(ulong wanted = ulong.MaxValue)
    {
        Reset();
        Status = DeviceStatus.Acknowledge;
        Status |= DeviceStatus.Driver;
        var features = ReadOfferedFeatures() & (wanted | VirtioFeatures.Version1);
        WriteFeatures(features);
        Status |= DeviceStatus.FeaturesOk;
        return (Status & DeviceStatus.FeaturesOk) != 0
            ? features
            : throw new InvalidOperationException($"the device refuses features {features:#x}");
    }

    /// <summary>Writes all 64 accepted features.</summary>
    /// <param name="features">Anything.</param>
    public void WriteFeatures(ulong features)
    {
        WriteRegister(MmioRegister.DriverFeaturesSel, 0);
        WriteRegister(MmioRegister.DriverFeatures, (uint)features);
        WriteRegister(MmioRegister.DriverFeaturesSel, 1);
        WriteRegister(MmioRegister.DriverFeatures, (uint)(features >> 32));
    }

    /// <summary>Lays a queue out in memory and tells the device (§4.2.3.2).</summary>
    /// <param name="index">Which queue.</param>
    /// <param name="size">Its size; the largest that the device offers if null.</param>
    public GuestQueue SetUpQueue(int index, ushort? size = null)
    {
        WriteRegister(MmioRegister.QueueSel, (uint)index);
        var queue = new GuestQueue(
            Memory, Allocator, size ?? (ushort)ReadRegister(MmioRegister.QueueSizeMax));
        WriteQueue(queue.Config.Size, queue.Config.DescriptorTable, queue.Config.AvailableRing, queue.Config.UsedRing);
        WriteRegister(MmioRegister.QueueReady, 1);
        return queue;
    }

    /// <summary>Writes size and addresses of the selected queue, without making it ready.</summary>
    /// <param name="size">Anything.</param>
    /// <param name="descriptorTable">Anything.</param>
    /// <param name="availableRing">Anything.</param>
    /// <param name="usedRing">Anything.</param>
    public void WriteQueue(uint size, ulong descriptorTable, ulong availableRing, ulong usedRing)
    {
        WriteRegister(MmioRegister.QueueSize, size);
        WriteRegister(MmioRegister.QueueDescLow, (uint)descriptorTable);
        WriteRegister(MmioRegister.QueueDescHigh, (uint)(descriptorTable >> 32));
        WriteRegister(MmioRegister.QueueDriverLow, (uint)availableRing);
        WriteRegister(MmioRegister.QueueDriverHigh, (uint)(availableRing >> 32));
        WriteRegister(MmioRegister.QueueDeviceLow, (uint)usedRing);
        WriteRegister(MmioRegister.QueueDeviceHigh, (uint)(usedRing >> 32));
    }

    /// <summary>Tells the device to go (§3.1.1, step 8).</summary>
    public void SetDriverOk() => Status |= DeviceStatus.DriverOk;

    /// <summary>Notifies a queue.</summary>
    /// <param name="index">Which queue.</param>
    public void Notify(int index) => WriteRegister(MmioRegister.QueueNotify, (uint)index);

    /// <summary>What an interrupt handler does first: reads the causes and acknowledges them.</summary>
    public InterruptCauses TakeInterrupt()
    {
        var causes = ReadRegister(MmioRegister.InterruptStatus);
        WriteRegister(MmioRegister.InterruptAck, causes);
        return (InterruptCauses)causes;
    }

    /// <summary>Waits, by interrupts alone, until the device gives a chain back.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="timeout">How long to wait for one interrupt; 30 seconds if null.</param>
    /// <exception cref="TimeoutException">No interrupt came: the device hangs, or an interrupt was lost.</exception>
    public UsedElement WaitUsed(IGuestQueue queue, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(queue);
        UsedElement used;
        while (!queue.TryTakeUsed(out used))
        {
            if (!Interrupt.WaitForEdge(timeout ?? TimeSpan.FromSeconds(30)))
                throw new TimeoutException($"no interrupt; {queue.InFlight} chains in flight, status {Status}");
            TakeInterrupt();
        }

        return used;
    }
}
