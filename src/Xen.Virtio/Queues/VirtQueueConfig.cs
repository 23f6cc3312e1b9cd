using System.Numerics;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>
/// Where the guest has put one queue, and how large it is. All of it is the guest's word until checked.
/// </summary>
/// <param name="Size">Number of descriptors.</param>
/// <param name="DescriptorTable">Guest physical address of the descriptor table (packed: the descriptor ring).</param>
/// <param name="AvailableRing">
/// Guest physical address of the "driver area": the available ring (packed: the driver's event suppression structure).
/// </param>
/// <param name="UsedRing">
/// Guest physical address of the "device area": the used ring (packed: the device's event suppression structure).
/// </param>
public readonly record struct VirtQueueConfig(
    ushort Size, ulong DescriptorTable, ulong AvailableRing, ulong UsedRing)
{
    /// <summary>
    /// Checks what virtio 1.2 §2.7 (split) or §2.8 (packed) asks of a queue, and that its memory is the guest's.
    /// </summary>
    /// <param name="maxSize">Largest size that the device offers for this queue.</param>
    /// <param name="features">The negotiated features: RING_PACKED decides the layout.</param>
    /// <param name="memory">The guest's memory as it is now.</param>
    public VirtQueueFault Check(ushort maxSize, ulong features, GuestMemoryView memory)
    {
        var layout = QueueLayout.Of(Size, features);
        if (Size == 0 || Size > maxSize || Size > SplitRing.MaxSize || !(layout.IsPacked || BitOperations.IsPow2(Size)))
            return VirtQueueFault.BadSize;
        if (DescriptorTable % SplitRing.DescriptorTableAlignment != 0
            || AvailableRing % layout.DriverAlignment != 0
            || UsedRing % layout.DeviceAlignment != 0)
            return VirtQueueFault.Misaligned;

        return layout.TryOpen(this, memory, out _) ? VirtQueueFault.None : VirtQueueFault.OutsideMemory;
    }
}
