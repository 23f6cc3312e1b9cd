using System;
using System.Collections.Generic;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Spec;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Transports.Mmio;

/// <summary>A virtio device behind a register window in guest memory, virtio 1.2 §4.2, version 2.</summary>
/// <remarks>
/// <para>Called from any thread. Nothing throws whatever the guest does, and an access waits for one thing only: a
/// reset (Status = 0) or a queue taken back (QueueReady = 0) waits for the request that is being served, since Linux
/// frees its buffers right after the write and does not poll. The wait ends after
/// <see cref="VirtioTransportOptions.StopTimeout"/> if host I/O hangs. Status then reads NEEDS_RESET and every other write
/// is dropped until the I/O has ended and the reset is complete, so that a new driver cannot start on an old queue.
/// Where accesses can be deferred, only the vCPU that resets waits.</para>
/// <para>Owns the workers, not the device: dispose it first, then what the device stands on.</para>
/// </remarks>
public sealed partial class VirtioMmioTransport : IDeferringDevice, IDoorbellSource, ISavedState, IDisposable
{
    /// <summary>Size of the register window in bytes: what libxl gives to each virtio-mmio device.</summary>
    public const uint WindowLength = 0x200;

    private const uint VendorId = 0x4e4558; // "XEN"

    private readonly MmioInterrupts _interrupts;
    private readonly TransportCore _core;

    /// <summary>Puts a device behind a register window.</summary>
    /// <param name="device">The device. It serves one transport at a time.</param>
    /// <param name="memory">Memory of the guest that the device serves.</param>
    /// <param name="interrupt">The wire to that guest.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where refused drivers and hanging I/O are reported.</param>
    /// <exception cref="ArgumentException">There are journals, but not one for each queue.</exception>
    public VirtioMmioTransport(
        IVirtioDevice device, IGuestMemory memory, IInterruptLine interrupt, VirtioMmioOptions? options = null,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(interrupt);
        _interrupts = new MmioInterrupts(interrupt);
        _core = new TransportCore(this, device, memory, _interrupts, options ?? new VirtioMmioOptions(), logger);
        var doorbells = new DoorbellRegister[_core.Queues.Length];
        for (var i = 0; i < doorbells.Length; i++)
        {
            doorbells[i] = new DoorbellRegister(
                (ulong)MmioRegister.QueueNotify, sizeof(uint), (ulong)i, _core.Queues[i]);
        }

        Doorbells = doorbells;
    }

    /// <inheritdoc/>
    /// <remarks>The guest's write that made the change has not been answered yet: save before you return.</remarks>
    public event EventHandler? StateChanged
    {
        add => _core.StateChanged += value;
        remove => _core.StateChanged -= value;
    }

    /// <inheritdoc/>
    public ulong Length => WindowLength;

    /// <inheritdoc/>
    public IReadOnlyList<DoorbellRegister> Doorbells { get; }

    /// <summary>The device status as the guest reads it.</summary>
    public DeviceStatus Status
    {
        get
        {
            lock (_core.Gate)
                return _core.ReadStatus();
        }
    }

    /// <summary>What wakes a queue; for those who can ring it without going through the register.</summary>
    /// <param name="queue">Index of the queue, within <see cref="IVirtioDevice.QueueMaxSizes"/>.</param>
    /// <returns>The same object for the life of the transport. Rings of a queue that does not run do nothing.</returns>
    public IDoorbell GetDoorbell(int queue) => _core.Queues[queue];

    /// <inheritdoc/>
    public IoResult Read(ulong offset, Span<byte> data)
    {
        if (offset >= MmioLayout.ConfigOffset)
        {
            return offset < WindowLength
                ? _core.ReadConfig((uint)offset - MmioLayout.ConfigOffset, data)
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
                ? _core.WriteConfig((uint)offset - MmioLayout.ConfigOffset, data)
                : IoResult.InvalidRegister;
        }

        return MmioRegisters.Map.Write(offset, data, this, static (transport, register, value) =>
            transport.WriteRegister(register, (uint)value));
    }

    /// <inheritdoc/>
    public IoResult Read(ulong offset, Span<byte> data, IoCompletion completion) => Read(offset, data);

    /// <inheritdoc/>
    /// <remarks>A reset is deferred, and a queue that is taken back, while queues run.</remarks>
    public IoResult Write(ulong offset, ReadOnlySpan<byte> data, IoCompletion completion)
    {
        var mayWait = offset is (ulong)MmioRegister.Status or (ulong)MmioRegister.QueueReady
            && !data.ContainsAnyExcept((byte)0) && _core.IsAnyQueueRunning;
        return mayWait ? DeferredWrite.Start(this, offset, data.ToArray(), completion) : Write(offset, data);
    }

    /// <inheritdoc/>
    public byte[] SaveState()
    {
        var writer = new StateWriter(StateKind.Mmio);
        lock (_core.Gate)
            _core.Save(writer);
        return writer.Seal();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Queues that ran go on where their journal says, and the driver is interrupted for all that it may have missed.
    /// </remarks>
    public bool TryRestoreState(ReadOnlySpan<byte> state)
    {
        lock (_core.Gate)
        {
            var reader = new StateReader(state, StateKind.Mmio);
            if (!_core.TryRead(ref reader, out var saved) || !reader.IsAtEnd || !_core.TryRestoreDevice(saved))
                return false;

            _core.Restore(saved);
            return true;
        }
    }

    /// <summary>
    /// Stops the workers. Accesses that still come are answered as by a device that was never touched.
    /// </summary>
    public void Dispose() => _core.Dispose();
}
