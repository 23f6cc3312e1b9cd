using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Mmio;

/// <summary>A virtio device behind a register window in guest memory, virtio 1.2 §4.2, version 2.</summary>
/// <remarks>
/// <para>Called from any thread. Nothing throws whatever the guest does, and an access waits for one thing only: a
/// reset (Status = 0) or a queue taken back (QueueReady = 0) waits for the request that is being served, since Linux
/// frees its buffers right after the write and does not poll. The wait ends after
/// <see cref="VirtioMmioOptions.StopTimeout"/> if host I/O hangs. Status then reads NEEDS_RESET and every other write
/// is dropped until the I/O has ended and the reset is complete, so that a new driver cannot start on an old queue.
/// </para>
/// <para>Owns the workers, not the device: dispose it first, then what the device stands on.</para>
/// </remarks>
public sealed partial class VirtioMmioTransport : IMmioDevice, IDisposable
{
    /// <summary>Size of the register window in bytes: what libxl gives to each virtio-mmio device.</summary>
    public const uint WindowLength = 0x200;

    private const uint VendorId = 0x4e4558; // "XEN"

    private readonly IVirtioDevice _device;
    private readonly IGuestMemory _memory;
    private readonly VirtioMmioOptions _options;
    private readonly ILogger _logger;
    private readonly MmioDeviceState _state;
    private readonly MmioFeatures _features;
    private readonly MmioQueue[] _queues;

    // Two, so that a noisy guest does not hide a fault of the host; neither starts anew with a reset.
    private readonly LogRateLimiter _guestLog = new();
    private readonly LogRateLimiter _faultLog = new();

    // Guards everything that only the guest changes. Taken before the lock in _state, never by a worker.
    private readonly Lock _registers = new();
    private uint _queueSel;
    private bool _activated;
    private bool _resetting;
    private bool _disposed;

    /// <summary>Puts a device behind a register window.</summary>
    /// <param name="device">The device. It serves one transport at a time.</param>
    /// <param name="memory">Memory of the guest that the device serves.</param>
    /// <param name="interrupt">The wire to that guest.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where refused drivers and hanging I/O are reported.</param>
    public VirtioMmioTransport(
        IVirtioDevice device, IGuestMemory memory, IInterruptLine interrupt, VirtioMmioOptions? options = null,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(interrupt);
        _device = device;
        _memory = memory;
        _options = options ?? new VirtioMmioOptions();
        _logger = logger ?? NullLogger.Instance;
        _state = new MmioDeviceState(interrupt);
        _features = new MmioFeatures(
            device.Features | VirtioFeatures.Version1
            | (_options.AccessPlatform ? VirtioFeatures.AccessPlatform : 0));
        _queues = new MmioQueue[device.QueueMaxSizes.Count];
        for (var i = 0; i < _queues.Length; i++)
            _queues[i] = new MmioQueue(device.QueueMaxSizes[i]);
        if (device is IConfigChangeSource source)
            source.ConfigChanged += OnConfigChanged;
    }

    /// <inheritdoc/>
    public ulong Length => WindowLength;

    /// <summary>The device status as the guest reads it.</summary>
    public DeviceStatus Status
    {
        get
        {
            lock (_registers)
                return ReadStatus();
        }
    }

    /// <summary>What wakes a queue; for those who can ring it without going through the register.</summary>
    /// <param name="queue">Index of the queue, within <see cref="IVirtioDevice.QueueMaxSizes"/>.</param>
    /// <returns>The same object for the life of the transport. Rings of a queue that does not run do nothing.</returns>
    public IDoorbell GetDoorbell(int queue) => _queues[queue];

    /// <inheritdoc/>
    public IoResult Read(ulong offset, Span<byte> data)
    {
        if (offset >= MmioLayout.ConfigOffset)
        {
            return offset < WindowLength
                && _device.TryReadConfig((uint)offset - MmioLayout.ConfigOffset, data)
                    ? IoResult.Ok
                    : IoResult.InvalidRegister;
        }

        return MmioRegisters.Map.Read(offset, data, this, static (transport, register) =>
            transport.ReadRegister(register));
    }

    /// <inheritdoc/>
    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        if (offset >= MmioLayout.ConfigOffset)
        {
            return offset < WindowLength
                && _device.TryWriteConfig((uint)offset - MmioLayout.ConfigOffset, data)
                    ? IoResult.Ok
                    : IoResult.InvalidRegister;
        }

        return MmioRegisters.Map.Write(offset, data, this, static (transport, register, value) =>
            transport.WriteRegister(register, (uint)value));
    }

    /// <summary>
    /// Stops the workers. Accesses that still come are answered as by a device that was never touched.
    /// </summary>
    public void Dispose()
    {
        if (_device is IConfigChangeSource source)
            source.ConfigChanged -= OnConfigChanged;
        lock (_registers)
        {
            _disposed = true;
            RequestReset();
        }
    }

    private void OnConfigChanged(object? sender, EventArgs e) => _state.SignalConfigChange();
}
