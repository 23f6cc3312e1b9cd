using System;
using System.Collections.Generic;
using System.Numerics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>A virtio block device, virtio 1.2 §5.2, over any <see cref="IBlockBackend"/>.</summary>
/// <remarks>
/// Each request queue is served by a thread of its own; the queues go their own ways. Requests are answered in their queue's
/// order: one after the other, or, over an <see cref="IConcurrentBlockBackend"/>, with several reads and writes under way.
/// Does not own the back end: dispose that after the transport.
/// </remarks>
public sealed class BlockDevice : IVirtioDevice, IConfigChangeSource, ISavedState
{
    // Header and status take a descriptor each.
    private const int OverheadDescriptors = 2;

    private const int MaxQueueCount = 256;
    private const byte SavedStateVersion = 1;

    private readonly IBlockBackend _backend;
    private readonly BlockConfig _config;
    private readonly BlockCommands _commands;
    private readonly int _depth;
    private readonly LogRateLimiter _malformedLog = new();
    private readonly bool _writebackAfterReset;
    private readonly string _name;
    private readonly ILogger _logger;

    // Set while a driver runs that has not accepted to switch it.
    private volatile bool _cacheModeIsFixed;

    /// <summary>Makes a disk.</summary>
    /// <param name="backend">Where its bytes are. Bytes after the last full sector are not seen by the guest.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where requests of a broken driver are reported.</param>
    /// <exception cref="ArgumentException">
    /// The queue size is not a power of two from 4 to 32768, or there are not 1 to 256 queues, or the depth is not 1 to 256.
    /// </exception>
    public BlockDevice(IBlockBackend backend, BlockDeviceOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        options ??= new BlockDeviceOptions();
        if (!BitOperations.IsPow2((uint)options.QueueSize) || options.QueueSize is < 4 or > SplitRing.MaxSize)
            throw new ArgumentException($"queue size {options.QueueSize}: not 2^n, 4 to 32768", nameof(options));

        if (options.QueueCount is < 1 or > MaxQueueCount)
            throw new ArgumentException($"{options.QueueCount} queues: not 1 to {MaxQueueCount}", nameof(options));

        if (options.Depth is < 1 or > BlockLimits.MaxDepth)
            throw new ArgumentException($"depth {options.Depth}: not 1 to {BlockLimits.MaxDepth}", nameof(options));

        _backend = backend;
        _depth = backend is IConcurrentBlockBackend ? options.Depth : 1;
        _logger = logger ?? NullLogger.Instance;
        _name = options.Id.Length == 0 ? "blk" : $"blk-{options.Id}";
        _writebackAfterReset = options.Writeback;
        IsReadOnly = options.ReadOnly || backend.IsReadOnly;
        Features = FeaturesOf(options);
        Metrics = new BlockMetrics(options.QueueCount, _depth);
        var sizes = new ushort[options.QueueCount];
        Array.Fill(sizes, options.QueueSize);
        QueueMaxSizes = sizes;
        _config = new BlockConfig(
            SectorsOf(backend), (uint)options.QueueSize - OverheadDescriptors, options.QueueCount, backend,
            (Features & BlockFeatures.Discard) != 0)
        {
            Writeback = options.Writeback,
        };
        _commands = new BlockCommands(backend, _config, Features, EncodeId(options.Id));
        if (backend.Length % BlockLayout.SectorSize != 0)
            BlockLog.PartialSector(_logger, _name, backend.Length % BlockLayout.SectorSize);
    }

    /// <inheritdoc/>
    public event EventHandler? ConfigChanged;

    /// <inheritdoc/>
    /// <remarks>The state is the cache mode that the driver has chosen: a few bytes.</remarks>
    public event EventHandler? StateChanged;

    /// <inheritdoc/>
    public VirtioDeviceId DeviceId => VirtioDeviceId.Block;

    /// <inheritdoc/>
    public ulong Features { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ushort> QueueMaxSizes { get; }

    /// <inheritdoc/>
    public uint ConfigGeneration => _config.Generation;

    /// <summary>Whether every write fails.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Size of the disk in sectors of 512 bytes, as the guest sees it.</summary>
    public ulong CapacitySectors => _config.CapacitySectors;

    /// <summary>What the device has done so far.</summary>
    public BlockMetrics Metrics { get; }

    /// <inheritdoc/>
    public bool TryReadConfig(uint offset, Span<byte> data) => _config.TryRead(offset, data);

    /// <inheritdoc/>
    /// <remarks>Only the cache mode can be written, <c>writeback</c>, by a driver that has accepted CONFIG_WCE.</remarks>
    public bool TryWriteConfig(uint offset, ReadOnlySpan<byte> data)
    {
        if (offset != BlockLayout.WritebackOffset || data.Length != 1 || _cacheModeIsFixed)
            return false;

        SetWriteback(data[0] != 0);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A driver that did not accept FLUSH cannot ask for durability, so each of its writes is made durable before it
    /// completes (§5.2.6.2). One that accepted FLUSH alone takes it that there is something to flush (§5.2.5.1).
    /// </remarks>
    public void Activate(ulong features)
    {
        var canFlush = (features & BlockFeatures.Flush) != 0;
        var canSwitch = (features & BlockFeatures.ConfigWriteCache) != 0;
        _cacheModeIsFixed = !canFlush || !canSwitch;
        if (!canFlush)
            SetWriteback(false);
        else if (!canSwitch)
            SetWriteback(_writebackAfterReset);
    }

    /// <inheritdoc/>
    public IRunningQueue StartQueue(int index, QueueResources resources) => QueueWorker.Start(
        $"{_name}/{index}", resources,
        new BlockRequestHandler(_commands, Metrics.Queue(index), _depth, _malformedLog, _name, _logger), _logger);

    /// <inheritdoc/>
    public void Reset()
    {
        _cacheModeIsFixed = false;
        SetWriteback(_writebackAfterReset);
    }

    /// <inheritdoc/>
    public byte[] SaveState() => [SavedStateVersion, _config.Writeback ? (byte)1 : (byte)0];

    /// <inheritdoc/>
    public bool TryRestoreState(ReadOnlySpan<byte> state)
    {
        if (state is not [SavedStateVersion, 0 or 1])
            return false;
        _config.Writeback = state[1] != 0;
        return true;
    }

    /// <summary>Takes over the present length of the back end and tells the driver if it has changed.</summary>
    public void UpdateCapacity()
    {
        var sectors = SectorsOf(_backend);
        if (!_config.TrySetCapacity(sectors))
            return;

        BlockLog.CapacityChanged(_logger, _name, sectors);
        ConfigChanged?.Invoke(this, EventArgs.Empty);
    }

    private ulong FeaturesOf(BlockDeviceOptions options)
    {
        var features = BlockFeatures.SizeMax | BlockFeatures.SegMax | BlockFeatures.BlockSize | BlockFeatures.Flush
            | BlockFeatures.Topology | BlockFeatures.ConfigWriteCache;
        if (options.QueueCount > 1)
            features |= BlockFeatures.MultiQueue;
        if (IsReadOnly)
            return features | BlockFeatures.ReadOnly;
        return features | BlockFeatures.WriteZeroes
            | (options.Discard && _backend.CanDiscard ? BlockFeatures.Discard : 0);
    }

    private void SetWriteback(bool value)
    {
        if (_config.Writeback == value)
            return;
        _config.Writeback = value;
        StateChanged?.Invoke(this, EventArgs.Empty);
    }

    private static ulong SectorsOf(IBlockBackend backend) => (ulong)backend.Length / BlockLayout.SectorSize;

    private static byte[] EncodeId(string id)
    {
        var encoded = new byte[BlockLayout.IdLength];
        Encoding.UTF8.GetEncoder().Convert(id, encoded, flush: true, out _, out _, out _);
        return encoded;
    }
}
