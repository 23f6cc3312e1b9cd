using System;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Transports.Core;

/// <summary>Holds the three areas of a queue for as long as it runs; see <see cref="IGuestMemory.Hold"/>.</summary>
internal sealed class QueueHold : IDisposable
{
    private readonly IDisposable?[] _areas;

    public QueueHold(IGuestMemory memory, VirtQueueConfig config, ulong features)
    {
        var layout = QueueLayout.Of(config.Size, features);
        _areas =
        [
            memory.Hold(
                config.DescriptorTable, layout.DescriptorsLength,
                layout.IsPacked ? GuestAccess.Write : GuestAccess.Read),
            memory.Hold(config.AvailableRing, layout.DriverLength, GuestAccess.Read),
            memory.Hold(config.UsedRing, layout.DeviceLength, GuestAccess.Write),
        ];
    }

    public void Dispose()
    {
        foreach (var area in _areas)
            area?.Dispose();
    }
}
