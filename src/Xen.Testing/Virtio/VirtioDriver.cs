using System;
using Xen.Testing.Memory;
using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>Plays the guest's driver of a virtio device, without a guest, over any transport.</summary>
/// <remarks>
/// The steps of virtio 1.2 §3.1.1 one by one, so that a test can do them in the wrong order. One thread at a time.
/// </remarks>
public abstract class VirtioDriver
{
    /// <summary>What a driver knows that does not say otherwise: everything but packed queues.</summary>
    public const ulong DefaultFeatures = ~VirtioFeatures.RingPacked;

    // A page is left out so that address 0, a favourite of broken drivers, is never a valid buffer.
    private const ulong FirstAddress = 0x1000;

    private protected VirtioDriver(PlainGuestMemory memory, ulong? start, ulong? length)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Memory = memory;
        Allocator = new GuestAllocator(start ?? FirstAddress, length ?? (8 << 20));
    }

    /// <summary>The guest's memory.</summary>
    public PlainGuestMemory Memory { get; }

    /// <summary>Where queues and buffers come from.</summary>
    public GuestAllocator Allocator { get; }

    /// <summary>The negotiated features; they decide what queues are like.</summary>
    public ulong Features { get; private set; }

    /// <summary>The device status.</summary>
    public abstract DeviceStatus Status { get; set; }

    /// <summary>What changes with the configuration space.</summary>
    public abstract uint ConfigGeneration { get; }

    /// <summary>Which queue the queue's members speak of.</summary>
    public abstract uint SelectedQueue { set; }

    /// <summary>The largest size of the selected queue, before a size has been written; 0 if there is no such queue.</summary>
    public abstract uint QueueMaxSize { get; }

    /// <summary>Whether the selected queue is in use.</summary>
    public abstract bool IsQueueReady { get; }

    /// <summary>Reads from the configuration space.</summary>
    /// <param name="offset">Offset in bytes.</param>
    /// <param name="data">1, 2, 4 or 8 bytes.</param>
    /// <returns>False if the device refuses.</returns>
    public abstract bool TryReadConfig(uint offset, Span<byte> data);

    /// <summary>Writes to the configuration space.</summary>
    /// <param name="offset">Offset in bytes.</param>
    /// <param name="data">1, 2, 4 or 8 bytes.</param>
    /// <returns>False if the device refuses.</returns>
    public abstract bool TryWriteConfig(uint offset, ReadOnlySpan<byte> data);

    /// <summary>Reads all 64 offered features.</summary>
    public abstract ulong ReadOfferedFeatures();

    /// <summary>Writes all 64 accepted features.</summary>
    /// <param name="features">Anything.</param>
    public abstract void WriteFeatures(ulong features);

    /// <summary>Writes size and addresses of the selected queue, without making it ready.</summary>
    /// <param name="size">Anything.</param>
    /// <param name="descriptorTable">Anything.</param>
    /// <param name="availableRing">Anything.</param>
    /// <param name="usedRing">Anything.</param>
    public abstract void WriteQueue(uint size, ulong descriptorTable, ulong availableRing, ulong usedRing);

    /// <summary>Says that the selected queue is set up.</summary>
    public abstract void MakeQueueReady();

    /// <summary>Notifies a queue.</summary>
    /// <param name="index">Which queue.</param>
    public abstract void Notify(int index);

    /// <summary>Waits for an interrupt that has not been waited for yet.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <returns>False if none came.</returns>
    public abstract bool WaitForInterrupt(TimeSpan timeout);

    /// <summary>What an interrupt handler does first: finds the causes and acknowledges them.</summary>
    public abstract InterruptCauses TakeInterrupt();

    /// <summary>Resets the device (§2.4).</summary>
    public void Reset() => Status = DeviceStatus.None;

    /// <summary>Resets the device, says hello and negotiates (§3.1.1, steps 1 to 6).</summary>
    /// <param name="wanted">Features that the driver knows; VERSION_1 is added.</param>
    /// <returns>The negotiated features.</returns>
    /// <exception cref="InvalidOperationException">The device refused.</exception>
    public ulong Negotiate(ulong wanted = DefaultFeatures)
    {
        Reset();
        Status = DeviceStatus.Acknowledge;
        Status |= DeviceStatus.Driver;
        var features = ReadOfferedFeatures() & (wanted | VirtioFeatures.Version1);
        WriteFeatures(features);
        Status |= DeviceStatus.FeaturesOk;
        if ((Status & DeviceStatus.FeaturesOk) == 0)
            throw new InvalidOperationException($"the device refuses features {features:#x}");
        Features = features;
        return features;
    }

    /// <summary>Lays a queue out in memory and tells the device (§4.1.5.1.3, §4.2.3.2).</summary>
    /// <param name="index">Which queue.</param>
    /// <param name="size">Its size; the largest that the device offers if null.</param>
    public virtual IGuestQueue SetUpQueue(int index, ushort? size = null)
    {
        SelectedQueue = (uint)index;
        var queue = GuestQueues.Create(Memory, Allocator, size ?? (ushort)QueueMaxSize, Features);
        WriteQueue(queue.Config.Size, queue.Config.DescriptorTable, queue.Config.AvailableRing, queue.Config.UsedRing);
        MakeQueueReady();
        return queue;
    }

    /// <summary>As <see cref="SetUpQueue"/>, for those who look into the rings of a split queue.</summary>
    /// <param name="index">Which queue.</param>
    /// <param name="size">Its size; the largest that the device offers if null.</param>
    /// <exception cref="InvalidCastException">Packed queues were negotiated.</exception>
    public GuestQueue SetUpSplitQueue(int index, ushort? size = null) => (GuestQueue)SetUpQueue(index, size);

    /// <summary>Tells the device to go (§3.1.1, step 8).</summary>
    public void SetDriverOk() => Status |= DeviceStatus.DriverOk;

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
            // With event indices, each wish for an interrupt is one for the next chain only.
            if (queue.SetInterruptsWanted(true))
                continue;
            if (!WaitForInterrupt(timeout ?? TimeSpan.FromSeconds(30)))
                throw new TimeoutException($"no interrupt; {queue.InFlight} chains in flight, status {Status}");
            TakeInterrupt();
        }

        return used;
    }
}
