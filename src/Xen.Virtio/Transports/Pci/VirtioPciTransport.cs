using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Spec;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Transports.Pci;

/// <summary>A virtio device as a PCI function, virtio 1.2 §4.1, not legacy and not transitional.</summary>
/// <remarks>
/// <para>Base address register 0 is the window of registers, ISR status, configuration space and doorbells; register 2
/// that of the vectors: one for each queue, and one for changes of the configuration. Without them, INTA.</para>
/// <para>Called from any thread; nothing throws whatever the guest does. A reset waits for the request that is being
/// served, at most <see cref="VirtioTransportOptions.StopTimeout"/>; the status reads NEEDS_RESET for as long as it
/// takes beyond that.</para>
/// <para>Owns the workers, not the device: dispose it first, then what the device stands on.</para>
/// </remarks>
public sealed partial class VirtioPciTransport : IPciDevice, ISavedState, IDisposable
{
    /// <summary>The most queues that a function has doorbells for.</summary>
    public const int MaxQueues = PciFunctionLayout.MaxQueues;

    private readonly PciConfigSpace _config;
    private readonly PciInterrupts _interrupts;
    private readonly TransportCore _core;
    private readonly PciWindow _window;
    private readonly int _accessCapability;
    private readonly int _messageCapability;

    // Guards the configuration space and the places of the windows. Taken before the core's lock, never by a worker.
    private readonly Lock _gate = new();
    private readonly ulong?[] _mapped = new ulong?[PciLayout.BarCount];
    private IPciHost? _host;

    /// <summary>Makes a function of a device. It is to be plugged in with <see cref="Attach"/>.</summary>
    /// <param name="device">The device. It serves one transport at a time.</param>
    /// <param name="memory">Memory of the guest that the device serves.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where refused drivers and hanging I/O are reported.</param>
    /// <exception cref="ArgumentException">The device has more than <see cref="MaxQueues"/> queues, or there are
    /// journals, but not one for each queue.</exception>
    public VirtioPciTransport(
        IVirtioDevice device, IGuestMemory memory, VirtioPciOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(memory);
        options ??= new VirtioPciOptions();
        var queues = device.QueueMaxSizes.Count;
        if (queues > MaxQueues)
            throw new ArgumentException($"{queues} queues; a function has doorbells for {MaxQueues}", nameof(device));

        _config = PciFunctionLayout.CreateConfigSpace(device.DeviceId, options.Use64BitBar);
        _interrupts = new PciInterrupts(_config, queues);
        _messageCapability = PciFunctionLayout.AddMessages(_config, _interrupts.Messages);
        PciFunctionLayout.AddStructures(_config, queues);
        _accessCapability = PciFunctionLayout.AddPciConfigAccess(_config);
        _core = new TransportCore(this, device, memory, _interrupts, options, logger);
        _window = new PciWindow(_core, _interrupts);
        _interrupts.Messages.Written += (_, _) => _core.RaiseStateChanged();
    }

    /// <inheritdoc/>
    /// <remarks>The guest's write that made the change has not been answered yet: save before you return.</remarks>
    public event EventHandler? StateChanged
    {
        add => _core.StateChanged += value;
        remove => _core.StateChanged -= value;
    }

    /// <summary>The device status as the guest reads it.</summary>
    public DeviceStatus Status
    {
        get
        {
            lock (_core.Gate)
                return _core.ReadStatus();
        }
    }

    private int AccessData => _accessCapability + VirtioPciLayout.PciConfigDataOffset;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is plugged in already.</exception>
    public void Attach(IPciHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        lock (_gate)
        {
            if (_host is not null)
                throw new InvalidOperationException("the function is plugged in already");
            _host = host;
            _interrupts.Attach(host);
            PlaceWindows();
        }
    }

    /// <inheritdoc/>
    public IoResult ReadConfig(int offset, Span<byte> data)
    {
        if (offset == AccessData)
            ReadThroughConfig();
        lock (_gate)
            return _config.Read(offset, data);
    }

    /// <inheritdoc/>
    public IoResult WriteConfig(int offset, ReadOnlySpan<byte> data)
    {
        IoResult result;
        lock (_gate)
        {
            result = _config.Write(offset, data);
            TakeControl();
            PlaceWindows();
        }

        if (offset == AccessData)
            WriteThroughConfig(data);
        _core.RaiseStateChanged();
        return result;
    }

    /// <summary>
    /// Stops the workers and gives up the windows. Accesses that still come are answered as by a device that was never
    /// touched.
    /// </summary>
    public void Dispose()
    {
        _core.Dispose();
        lock (_gate)
        {
            _config.Write(PciLayout.CommandOffset, [0, 0]);
            PlaceWindows();
            _host = null;
        }
    }

    private void TakeControl() =>
        _interrupts.SetControl(_config.Get16(_messageCapability + 2), _config.Command);

    private void PlaceWindows()
    {
        PlaceWindow(PciFunctionLayout.RegisterBar, _window);
        PlaceWindow(PciFunctionLayout.MessageBar, _interrupts.Messages);
    }

    private void PlaceWindow(int bar, IMmioDevice window)
    {
        ulong? wanted = _config.TryGetWindow(bar, out var address) ? address : null;
        if (_host is null || _mapped[bar] == wanted)
            return;

        if (_mapped[bar] is not null)
            _host.UnmapBar(bar);
        _mapped[bar] = wanted;
        if (wanted is not null)
            _host.MapBar(bar, address, window);
    }
}
