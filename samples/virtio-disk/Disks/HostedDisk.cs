using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using VirtioHosting;
using Xen.Virtio.Devices;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec;
using Xen.Virtio.Storage;

namespace VirtioDisk.Disks;

/// <summary>A disk on its image.</summary>
internal sealed class HostedDisk : IHostedDevice
{
    private readonly IBlockBackend _image;
    private readonly ILogger _logger;

    /// <summary>Makes one.</summary>
    /// <param name="description">The disk.</param>
    /// <param name="image">The image, which is owned.</param>
    /// <param name="logging">Makes loggers.</param>
    internal HostedDisk(DiskDescription description, IBlockBackend image, ILoggerFactory logging)
    {
        _image = image;
        _logger = logging.CreateLogger<HostedDisk>();
        Description = description;
        Device = new BlockDevice(
            image,
            new BlockDeviceOptions
            {
                Id = description.Serial,
                ReadOnly = description.Image.IsReadOnly,
                QueueCount = description.Queues,
            },
            logging.CreateLogger<BlockDevice>());
    }

    internal DiskDescription Description { get; }

    internal BlockDevice Device { get; }

    IVirtioDevice IHostedDevice.Device => Device;

    ulong IHostedDevice.QueueFeatures =>
        Description.Rings == RingOffer.Split ? ~VirtioFeatures.RingPacked : ulong.MaxValue;

    public string Text => $"{Description.Image.Location} ({ImageSpec.Name(Description.Image.Format)},"
        + $" {Device.CapacitySectors} sectors, {(Device.IsReadOnly ? "read-only" : "read-write")})";

    public string Summary => Device.Metrics.Snapshot().ToString();

    /// <summary>Takes over the image's present size, and tells the guest.</summary>
    /// <returns>The sizes in sectors.</returns>
    internal (ulong Before, ulong After) Resize()
    {
        var before = Device.CapacitySectors;
        Device.UpdateCapacity();
        var after = Device.CapacitySectors;
        if (before != after)
            _logger.Resized(Description.Device.Id, before, after);
        return (before, after);
    }

    public bool Finish(TimeSpan patience)
    {
        // What is still on its way would reach the disk after what a later daemon writes.
        if (!SpinWait.SpinUntil(() => Device.Metrics.Snapshot().InFlight == 0, patience))
            _logger.StillUnderWay(Description.Device.Id, patience);
        if (Device.IsReadOnly || _image.Flush() == BlockResult.Success)
            return true;
        _logger.FlushFailed(Description.Device.Id, Description.Image.Location);
        return false;
    }

    public void Dispose() => (_image as IDisposable)?.Dispose();
}
