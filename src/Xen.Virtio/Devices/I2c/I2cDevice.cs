using System;
using System.Collections.Generic;
using System.Numerics;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Devices.I2c;

/// <summary>A virtio I2C adapter, virtio 1.3 §5.18, over any <see cref="II2cBus"/>. In Linux:
/// <c>/dev/i2c-N</c>.</summary>
/// <remarks>Does not own the bus: dispose that after the transport. Several devices may share one that allows
/// it.</remarks>
public sealed class I2cDevice : IVirtioDevice
{
    private const int MaxMessageLimit = 63;
    private const int MaxTransferLimit = 1 << 20;

    private readonly II2cBus _bus;
    private readonly I2cDeviceOptions _options;
    private readonly ILogger _logger;

    /// <summary>Makes an adapter.</summary>
    /// <param name="bus">The bus of the host.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where requests of a broken driver are reported.</param>
    /// <exception cref="ArgumentException">A choice is out of its range.</exception>
    public I2cDevice(II2cBus bus, I2cDeviceOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        options ??= new I2cDeviceOptions();
        if (!BitOperations.IsPow2((uint)options.QueueSize) || options.QueueSize is < 4 or > SplitRing.MaxSize)
            throw new ArgumentException($"queue size {options.QueueSize}: not 2^n, 4 to 32768", nameof(options));
        if (options.MaxMessages is < 1 or > MaxMessageLimit)
            throw new ArgumentException($"{options.MaxMessages} messages: not 1 to {MaxMessageLimit}", nameof(options));
        if (options.MaxMessageLength is < 1 or > ushort.MaxValue)
            throw new ArgumentException($"{options.MaxMessageLength} bytes: not 1 to 65535", nameof(options));
        if (options.MaxTransferLength < options.MaxMessageLength || options.MaxTransferLength > MaxTransferLimit)
            throw new ArgumentException($"{options.MaxTransferLength} bytes: less than a message, or over 1 MiB", nameof(options));
        if (options.GroupPatience != Timeout.InfiniteTimeSpan
            && (options.GroupPatience < TimeSpan.Zero || options.GroupPatience.TotalMilliseconds > int.MaxValue))
            throw new ArgumentException($"patience {options.GroupPatience}: negative, or over 24 days", nameof(options));

        _bus = bus;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        QueueMaxSizes = [options.QueueSize];
    }

    /// <inheritdoc/>
    public VirtioDeviceId DeviceId => VirtioDeviceId.I2cAdapter;

    /// <inheritdoc/>
    public ulong Features => I2cFeatures.ZeroLengthRequest;

    /// <inheritdoc/>
    /// <remarks>A driver that does not know it knows no reads that this device does (§5.18.6.4).</remarks>
    public ulong RequiredFeatures => I2cFeatures.ZeroLengthRequest;

    /// <inheritdoc/>
    public IReadOnlyList<ushort> QueueMaxSizes { get; }

    /// <inheritdoc/>
    /// <remarks>There is no configuration space.</remarks>
    public bool TryReadConfig(uint offset, Span<byte> data) => false;

    /// <inheritdoc/>
    public void Activate(ulong features)
    {
        // Nothing to choose from.
    }

    /// <inheritdoc/>
    public IRunningQueue StartQueue(int index, QueueResources resources) =>
        I2cQueueThread.Start("i2c", resources, new I2cTransfer(_bus, _options), _options.GroupPatience, _logger);

    /// <inheritdoc/>
    public void Reset()
    {
        // What there is of state is the queue's.
    }
}
