using System;
using System.Numerics;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>
/// Where the guest has put one queue, and how large it is. All of it is the guest's word until checked.
/// </summary>
/// <param name="Size">Number of descriptors.</param>
/// <param name="DescriptorTable">Guest physical address of the descriptor table.</param>
/// <param name="AvailableRing">Guest physical address of the available ring ("driver area").</param>
/// <param name="UsedRing">Guest physical address of the used ring ("device area").</param>
public readonly record struct VirtQueueConfig(
    ushort Size, ulong DescriptorTable, ulong AvailableRing, ulong UsedRing)
{
    /// <summary>Checks what virtio 1.2 §2.7 asks of a split queue, and that its memory is the guest's.</summary>
    /// <param name="maxSize">Largest size that the device offers for this queue.</param>
    /// <param name="memory">The guest's memory as it is now.</param>
    public VirtQueueFault Check(ushort maxSize, GuestMemoryView memory)
    {
        if (!BitOperations.IsPow2(Size) || Size > maxSize)
            return VirtQueueFault.BadSize;
        if (DescriptorTable % SplitRing.DescriptorTableAlignment != 0
            || AvailableRing % SplitRing.AvailableRingAlignment != 0
            || UsedRing % SplitRing.UsedRingAlignment != 0)
            return VirtQueueFault.Misaligned;

        return Reaches(memory, DescriptorTable, SplitRing.DescriptorTableLength(Size), GuestAccess.Read)
            && Reaches(memory, AvailableRing, SplitRing.AvailableRingLength(Size), GuestAccess.Read)
            && Reaches(memory, UsedRing, SplitRing.UsedRingLength(Size), GuestAccess.Write)
                ? VirtQueueFault.None
                : VirtQueueFault.OutsideMemory;
    }

    private static bool Reaches(GuestMemoryView memory, ulong address, int length, GuestAccess access) =>
        memory.TryGetSpan(address, length, access, out Span<byte> _);
}
