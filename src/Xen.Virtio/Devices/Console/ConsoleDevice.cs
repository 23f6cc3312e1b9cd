using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using System.Text;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Console;

namespace Xen.Virtio.Devices.Console;

/// <summary>
/// A virtio console, virtio 1.3 §5.3, over any <see cref="IConsoleEnd"/>: with one port a console (<c>/dev/hvc0</c>),
/// with several
/// also named ports for programs (<c>/dev/virtio-ports/NAME</c>).
/// </summary>
/// <remarks>Each queue has a thread of its own. Does not own the ends: dispose of them after the transport.</remarks>
public sealed class ConsoleDevice : IVirtioDevice, IConfigChangeSource, ISavedState
{
    private const int MaxPorts = 31;
    private const byte SavedStateVersion = 1;

    private readonly ConsolePortState[] _ports;
    private readonly ConsoleControls _controls;
    private readonly ILogger _logger;
    private readonly bool _hasMultiport;
    private readonly byte[] _config = new byte[ConsoleLayout.ConfigLength];
    private readonly Lock _gate = new();
    private uint _generation;
    private volatile bool _usesMultiport;

    /// <summary>Makes a console with one port.</summary>
    /// <param name="end">The host's end.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where broken queues are reported.</param>
    /// <exception cref="ArgumentException">A choice is out of its range.</exception>
    public ConsoleDevice(IConsoleEnd end, ConsoleDeviceOptions? options = null, ILogger? logger = null)
        : this([new ConsolePort(end) { IsConsole = true }], hasMultiport: false, options, logger)
    {
    }

    /// <summary>Makes a device with several ports, perhaps none of them a console.</summary>
    /// <param name="ports">1 to 31 ports. A driver that knows one port only gets the first.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where broken queues are reported.</param>
    /// <exception cref="ArgumentException">A choice is out of its range; a name is too long, or there are too many
    /// ports.</exception>
    public ConsoleDevice(
        IReadOnlyList<ConsolePort> ports, ConsoleDeviceOptions? options = null, ILogger? logger = null)
        : this(ports, hasMultiport: true, options, logger)
    {
    }

    private ConsoleDevice(
        IReadOnlyList<ConsolePort> ports, bool hasMultiport, ConsoleDeviceOptions? options, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(ports);
        options ??= new ConsoleDeviceOptions();
        if (!BitOperations.IsPow2((uint)options.QueueSize) || options.QueueSize is < 4 or > SplitRing.MaxSize)
            throw new ArgumentException($"queue size {options.QueueSize}: not 2^n, 4 to 32768", nameof(options));
        if (ports.Count is < 1 or > MaxPorts)
            throw new ArgumentException($"{ports.Count} ports: not 1 to {MaxPorts}", nameof(ports));

        _logger = logger ?? NullLogger.Instance;
        _hasMultiport = hasMultiport;
        _ports = new ConsolePortState[ports.Count];
        _controls = new ConsoleControls(_ports, () => StateChanged?.Invoke(this, EventArgs.Empty));
        for (var i = 0; i < _ports.Length; i++)
        {
            if (Encoding.UTF8.GetByteCount(ports[i].Name) > ConsolePortState.MaxNameLength)
                throw new ArgumentException($"name of port {i}: over {ConsolePortState.MaxNameLength} bytes", nameof(ports));
            _ports[i] = new ConsolePortState(i, ports[i], _controls.Tell);
            _ports[i].Resize(options.Columns, options.Rows);
        }

        SetSize(options.Columns, options.Rows);
        BinaryPrimitives.WriteUInt32LittleEndian(_config.AsSpan(ConsoleLayout.MaxPortsOffset), (uint)_ports.Length);
        var sizes = new ushort[hasMultiport ? (2 * _ports.Length) + 2 : 2];
        Array.Fill(sizes, options.QueueSize);
        QueueMaxSizes = sizes;
    }

    /// <inheritdoc/>
    public event EventHandler? ConfigChanged;

    /// <inheritdoc/>
    /// <remarks>The state is what the driver has been told and has said of each port: a few bytes.</remarks>
    public event EventHandler? StateChanged;

    /// <inheritdoc/>
    public VirtioDeviceId DeviceId => VirtioDeviceId.Console;

    /// <inheritdoc/>
    public ulong Features => ConsoleFeatures.Size | ConsoleFeatures.EmergencyWrite
        | (_hasMultiport ? ConsoleFeatures.Multiport : 0);

    /// <inheritdoc/>
    public IReadOnlyList<ushort> QueueMaxSizes { get; }

    /// <inheritdoc/>
    public uint ConfigGeneration
    {
        get
        {
            lock (_gate)
                return _generation;
        }
    }

    /// <inheritdoc/>
    public bool TryReadConfig(uint offset, Span<byte> data)
    {
        if (offset > (uint)_config.Length || data.Length > _config.Length - (int)offset)
            return false;
        lock (_gate)
            _config.AsSpan((int)offset, data.Length).CopyTo(data);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Only <c>emerg_wr</c> can be written, at any time: a byte goes to the first port, and is lost if its end has no
    /// room.
    /// </remarks>
    public bool TryWriteConfig(uint offset, ReadOnlySpan<byte> data)
    {
        if (offset != ConsoleLayout.EmergencyWriteOffset || data.Length is 0 or > sizeof(uint))
            return false;
        _ports[0].Write(data[..1]);
        return true;
    }

    /// <inheritdoc/>
    public void Activate(ulong features) => _usesMultiport = (features & ConsoleFeatures.Multiport) != 0;

    /// <inheritdoc/>
    public IRunningQueue StartQueue(int index, QueueResources resources)
    {
        switch (index)
        {
            case ConsoleLayout.ControlReceiveQueue:
                return QueueWorker.Start("con/ctl-rx", resources, _controls.CreateReceiver(), _logger);
            case ConsoleLayout.ControlTransmitQueue:
                return QueueWorker.Start("con/ctl-tx", resources, _controls.CreateTransmitter(), _logger);
        }

        var port = _ports[index < ConsoleLayout.ControlReceiveQueue ? 0 : (index / 2) - 1];
        return index % 2 == 0
            ? QueueWorker.Start($"con{port.Number}/rx", resources, new ConsoleReceiver(port, !_usesMultiport), _logger)
            : QueueWorker.Start($"con{port.Number}/tx", resources, new ConsoleTransmitter(port), _logger);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _usesMultiport = false;
        _controls.IsReady = false;
        foreach (var port in _ports)
            port.Reset();
    }

    /// <summary>Says that a port's terminal has another size now.</summary>
    /// <param name="columns">Width in characters.</param>
    /// <param name="rows">Height in characters.</param>
    /// <param name="port">Number of the port, a console.</param>
    public void Resize(ushort columns, ushort rows, int port = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(port, _ports.Length);
        _ports[port].Resize(columns, rows);
        if (port == 0 && SetSize(columns, rows))
            ConfigChanged?.Invoke(this, EventArgs.Empty);
    }

    /// <inheritdoc/>
    public byte[] SaveState()
    {
        var state = new byte[_ports.Length + 2];
        state[0] = SavedStateVersion;
        state[1] = _controls.IsReady ? (byte)1 : (byte)0;
        for (var i = 0; i < _ports.Length; i++)
            state[i + 2] = _ports[i].Save();
        return state;
    }

    /// <inheritdoc/>
    public bool TryRestoreState(ReadOnlySpan<byte> state)
    {
        if (state.Length != _ports.Length + 2 || state[0] != SavedStateVersion || state[1] > 1
            || state[2..].ContainsAnyExceptInRange((byte)0, (byte)7))
            return false;
        _controls.IsReady = state[1] != 0;
        for (var i = 0; i < _ports.Length; i++)
            _ports[i].Restore(state[i + 2]);
        _controls.Tell();
        return true;
    }

    private bool SetSize(ushort columns, ushort rows)
    {
        lock (_gate)
        {
            var size = columns | ((uint)rows << 16);
            if (BinaryPrimitives.ReadUInt32LittleEndian(_config) == size)
                return false;
            BinaryPrimitives.WriteUInt32LittleEndian(_config, size);
            _generation++;
            return true;
        }
    }
}
