using System;
using System.Collections.Generic;
using System.Numerics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>A virtio block device, virtio 1.2 §5.2, over any <see cref="IBlockBackend"/>. One request queue.</summary>
/// <remarks>Does not own the back end: dispose that after the transport.</remarks>
public sealed class BlockDevice : IVirtioDevice, IConfigChangeSource
{
    // Header and status take a descriptor each.
    private const int OverheadDescriptors = 2;

    private readonly IBlockBackend _backend;
    private readonly BlockConfig _config;
    private readonly BlockRequestHandler _handler;
    private readonly string _name;
    private readonly ILogger _logger;

    /// <summary>Makes a disk.</summary>
    /// <param name="backend">Where its bytes are. Bytes after the last full sector are not seen by the guest.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where requests of a broken driver are reported.</param>
    /// <exception cref="ArgumentException">The queue size is not a power of two from 4 to 32768.</exception>
    public BlockDevice(IBlockBackend backend, BlockDeviceOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        options ??= new BlockDeviceOptions();
        if (!BitOperations.IsPow2((uint)options.QueueSize) || options.QueueSize is < 4 or > SplitRing.MaxSize)
            throw new ArgumentException($"queue size {options.QueueSize}: not 2^n, 4 to 32768", nameof(options));

        _backend = backend;
        _logger = logger ?? NullLogger.Instance;
        _name = options.Id.Length == 0 ? "blk" : $"blk-{options.Id}";
        IsReadOnly = options.ReadOnly || backend.IsReadOnly;
        QueueMaxSizes = [options.QueueSize];
        _config = new BlockConfig(
            SectorsOf(backend), (uint)options.QueueSize - OverheadDescriptors, (uint)backend.BlockSize);
        _handler = new BlockRequestHandler(
            backend, _config, IsReadOnly, EncodeId(options.Id), Metrics, _name, _logger);
        if (backend.Length % BlockLayout.SectorSize != 0)
            BlockLog.PartialSector(_logger, _name, backend.Length % BlockLayout.SectorSize);
    }

    /// <inheritdoc/>
    public event EventHandler? ConfigChanged;

    /// <inheritdoc/>
    public VirtioDeviceId DeviceId => VirtioDeviceId.Block;

    /// <inheritdoc/>
    public ulong Features => BlockFeatures.SegMax | BlockFeatures.BlockSize | BlockFeatures.Flush
        | (IsReadOnly ? BlockFeatures.ReadOnly : 0);

    /// <inheritdoc/>
    public IReadOnlyList<ushort> QueueMaxSizes { get; }

    /// <inheritdoc/>
    public uint ConfigGeneration => _config.Generation;

    /// <summary>Whether every write fails.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Size of the disk in sectors of 512 bytes, as the guest sees it.</summary>
    public ulong CapacitySectors => _config.CapacitySectors;

    /// <summary>What the device has done so far.</summary>
    public BlockMetrics Metrics { get; } = new();

    /// <inheritdoc/>
    public bool TryReadConfig(uint offset, Span<byte> data) => _config.TryRead(offset, data);

    /// <inheritdoc/>
    /// <remarks>
    /// A driver that did not accept FLUSH cannot ask for durability, so each of its writes is made durable before it
    /// completes (§5.2.6.2).
    /// </remarks>
    public void Activate(ulong features) => _handler.WriteThrough = (features & BlockFeatures.Flush) == 0;

    /// <inheritdoc/>
    public IRunningQueue StartQueue(int index, QueueResources resources) =>
        QueueWorker.Start($"{_name}/{index}", resources, _handler, _logger);

    /// <inheritdoc/>
    public void Reset() => _handler.WriteThrough = false;

    /// <summary>Takes over the present length of the back end and tells the driver if it has changed.</summary>
    public void UpdateCapacity()
    {
        var sectors = SectorsOf(_backend);
        if (!_config.TrySetCapacity(sectors))
            return;

        BlockLog.CapacityChanged(_logger, _name, sectors);
        ConfigChanged?.Invoke(this, EventArgs.Empty);
    }

    private static ulong SectorsOf(IBlockBackend backend) => (ulong)backend.Length / BlockLayout.SectorSize;

    private static byte[] EncodeId(string id)
    {
        var encoded = new byte[BlockLayout.IdLength];
        Encoding.UTF8.GetEncoder().Convert(id, encoded, flush: true, out _, out _, out _);
        return encoded;
    }
}
