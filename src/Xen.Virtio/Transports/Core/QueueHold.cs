using System;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Transports.Core;

/// <summary>Holds the three areas of a queue for as long as it runs; see <see cref="IGuestMemory.Hold"/>.</summary>
internal sealed class QueueHold : IDisposable
{
    private readonly IDisposable?[] _areas = new IDisposable?[3];

    public QueueHold(IGuestMemory memory, VirtQueueConfig config, ulong features)
    {
        var layout = QueueLayout.Of(config.Size, features);
        try
        {
            _areas[0] = memory.Hold(
                config.DescriptorTable, layout.DescriptorsLength,
                layout.IsPacked ? GuestAccess.Write : GuestAccess.Read);
            _areas[1] = memory.Hold(config.AvailableRing, layout.DriverLength, GuestAccess.Read);
            _areas[2] = memory.Hold(config.UsedRing, layout.DeviceLength, GuestAccess.Write);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var area in _areas)
            area?.Dispose();
    }
}
