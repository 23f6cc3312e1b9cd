using System;
using System.Runtime.InteropServices;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>How large the three areas of a queue are, and what the device does with them.</summary>
internal readonly record struct QueueLayout(
    bool IsPacked, int DescriptorsLength, int DriverLength, uint DriverAlignment, int DeviceLength, uint DeviceAlignment)
{
    public static QueueLayout Of(int size, ulong features) => (features & VirtioFeatures.RingPacked) != 0
        ? new QueueLayout(
            true, PackedRing.DescriptorRingLength(size), PackedRing.EventLength, PackedRing.EventAlignment,
            PackedRing.EventLength, PackedRing.EventAlignment)
        : new QueueLayout(
            false, SplitRing.DescriptorTableLength(size), SplitRing.AvailableRingLength(size),
            SplitRing.AvailableRingAlignment, SplitRing.UsedRingLength(size), SplitRing.UsedRingAlignment);

    // The device writes into the ring of a packed queue, and only reads the table of a split one.
    private GuestAccess DescriptorsAccess => IsPacked ? GuestAccess.Write : GuestAccess.Read;

    public IDisposable?[] Hold(in VirtQueueConfig config, IGuestMemory memory) =>
    [
        memory.Hold(config.DescriptorTable, DescriptorsLength, DescriptorsAccess),
        memory.Hold(config.AvailableRing, DriverLength, GuestAccess.Read),
        memory.Hold(config.UsedRing, DeviceLength, GuestAccess.Write),
    ];

    public bool TryOpen(in VirtQueueConfig config, GuestMemoryView memory, out QueueRings rings)
    {
        rings = default;
        if (!memory.TryGetSpan(config.DescriptorTable, DescriptorsLength, DescriptorsAccess, out var descriptors)
            || !memory.TryGetSpan(config.AvailableRing, DriverLength, GuestAccess.Read, out var driver)
            || !memory.TryGetSpan(config.UsedRing, DeviceLength, GuestAccess.Write, out var device))
            return false;

        // SAFETY: VirtQueueConfig.Check refuses areas that are not aligned so, and a span is not wider than its bytes.
        rings = new QueueRings(
            memory, MemoryMarshal.Cast<byte, RawDescriptor>(descriptors), MemoryMarshal.Cast<byte, ushort>(driver),
            MemoryMarshal.Cast<byte, ushort>(device));
        return true;
    }
}
