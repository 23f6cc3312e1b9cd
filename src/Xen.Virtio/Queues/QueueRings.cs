using System;
using Xen.Machine;

namespace Xen.Virtio.Queues;

/// <summary>
/// The three areas of a queue in place, as one view of guest memory shows them: made by <see cref="VirtQueue.TryOpen"/>.
/// </summary>
/// <remarks>A ref struct, as the view is: it cannot outlive it. All of it is the guest's to change at any time.</remarks>
public readonly ref struct QueueRings
{
    internal QueueRings(GuestMemoryView memory, Span<RawDescriptor> descriptors, Span<ushort> driver, Span<ushort> device)
    {
        Memory = memory;
        Descriptors = descriptors;
        Driver = driver;
        Device = device;
    }

    /// <summary>The view.</summary>
    public GuestMemoryView Memory { get; }

    internal Span<RawDescriptor> Descriptors { get; }

    internal Span<ushort> Driver { get; }

    internal Span<ushort> Device { get; }
}
