using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Core;

/// <summary>
/// What all transports share: features, status, queues, their start and stop, reset. A transport adds the registers and
/// the interrupts.
/// </summary>
/// <remarks>
/// The members that speak of registers are called under <see cref="Gate"/>; see <see cref="VirtioTransportOptions"/>
/// for the wait of a reset.
/// </remarks>
internal sealed partial class TransportCore : IDisposable
{
    private readonly IGuestMemory _memory;
    private readonly VirtioTransportOptions _options;
    private readonly ILogger _logger;
    private readonly object _sender;

    // Two, so that a noisy guest does not hide a fault of the host; neither starts anew with a reset.
    private readonly LogRateLimiter _guestLog = new();
    private readonly LogRateLimiter _faultLog = new();

    private uint _generationBase;
    private bool _activated;
    private bool _resetting;
    private volatile bool _disposed;

    public TransportCore(
        object sender, IVirtioDevice device, IGuestMemory memory, ITransportInterrupts interrupts,
        VirtioTransportOptions options, ILogger? logger)
    {
        var maxSizes = device.QueueMaxSizes;
        if (options.Journals is { } journals && journals.Count != maxSizes.Count)
            throw new ArgumentException($"{journals.Count} journals for {maxSizes.Count} queues", nameof(options));

        _sender = sender;
        Device = device;
        _memory = memory;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        State = new TransportState(interrupts);
        Features = new FeatureNegotiation(
            Offered(device, options), device.RequiredFeatures | VirtioFeatures.Version1);
        Queues = new TransportQueue[maxSizes.Count];
        for (var i = 0; i < Queues.Length; i++)
            Queues[i] = new TransportQueue(maxSizes[i], options.Journals?[i], new QueueHost(this, i));
        if (device is IConfigChangeSource source)
            source.ConfigChanged += OnConfigChanged;
        if (device is ISavedState saved)
            saved.StateChanged += OnDeviceStateChanged;
    }

    /// <summary>See <see cref="ISavedState.StateChanged"/>.</summary>
    public event EventHandler? StateChanged;

    /// <summary>
    /// Guards everything that only the guest changes. Taken before the lock in <see cref="State"/>, and never held while a worker
    /// is waited for: one takes it to save what it has changed of its device.
    /// </summary>
    public Lock Gate { get; } = new();

    public IVirtioDevice Device { get; }

    public TransportState State { get; }

    public FeatureNegotiation Features { get; }

    public TransportQueue[] Queues { get; }

    /// <summary>Which queue the queue registers speak of.</summary>
    public uint QueueSelector { get; set; }

    public TransportQueue? SelectedQueue => QueueSelector < (uint)Queues.Length ? Queues[QueueSelector] : null;

    public uint ConfigGeneration => _generationBase + ((Device as IConfigChangeSource)?.ConfigGeneration ?? 0);

    /// <summary>
    /// Whether a write to a register has an effect: none after the end, and none but that of a status while a reset is
    /// under way.
    /// </summary>
    public bool AcceptsWrite(bool toStatus) => !_disposed && (TryFinishReset() || toStatus);

    /// <summary>Reads the device's configuration space, without <see cref="Gate"/>.</summary>
    public IoResult ReadConfig(uint offset, Span<byte> data) =>
        Device.TryReadConfig(offset, data) ? IoResult.Ok : IoResult.InvalidRegister;

    /// <summary>Writes the device's configuration space, without <see cref="Gate"/>.</summary>
    public IoResult WriteConfig(uint offset, ReadOnlySpan<byte> data)
    {
        if (!Device.TryWriteConfig(offset, data))
            return IoResult.InvalidRegister;

        RaiseStateChanged();
        return IoResult.Ok;
    }

    /// <summary>Whether a reset may have to wait. Without <see cref="Gate"/>.</summary>
    public bool IsAnyQueueRunning
    {
        get
        {
            foreach (var queue in Queues)
            {
                if (!queue.IsStopped)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Rings a queue, without <see cref="Gate"/>.</summary>
    public void Ring(uint queue)
    {
        if (queue < (uint)Queues.Length)
            Queues[queue].Ring();
    }

    /// <summary>Says that what is saved has changed. Outside of locks. The end of the transport is no change.</summary>
    public void RaiseStateChanged()
    {
        if (!_disposed)
            StateChanged?.Invoke(_sender, EventArgs.Empty);
    }

    /// <summary>Stops the queues. Accesses that still come are answered as by a device that was never touched.</summary>
    public void Dispose()
    {
        if (Device is IConfigChangeSource source)
            source.ConfigChanged -= OnConfigChanged;
        if (Device is ISavedState saved)
            saved.StateChanged -= OnDeviceStateChanged;
        IReadOnlyList<IRunningQueue> stopping;
        lock (Gate)
        {
            _disposed = true;
            stopping = RequestReset();
        }

        AwaitStop(stopping);
    }

    private static ulong Offered(IVirtioDevice device, VirtioTransportOptions options) =>
        device.Features | VirtioFeatures.Version1
        | (VirtQueueFeatures.Supported & options.QueueFeatures & ~device.ExcludedQueueFeatures)
        | (options.AccessPlatform ? VirtioFeatures.AccessPlatform : 0);

    private void OnConfigChanged(object? sender, EventArgs e) => State.SignalConfigChange();

    // Under the lock it is a register access that changes the device, which says so itself once it has left the lock.
    private void OnDeviceStateChanged(object? sender, EventArgs e)
    {
        if (!Gate.IsHeldByCurrentThread)
            RaiseStateChanged();
    }
}
