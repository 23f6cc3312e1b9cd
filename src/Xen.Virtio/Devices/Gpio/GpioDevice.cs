using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>A virtio GPIO device, virtio 1.3 §5.17, over any <see cref="IGpioBank"/>. In Linux:
/// <c>/dev/gpiochipN</c>.</summary>
/// <remarks>
/// Does not own the bank: dispose that after the transport. A bank has one listener, and so serves one device. When
/// the guest
/// resets the device, the lines that it has given a direction are given up.
/// </remarks>
public sealed class GpioDevice : IVirtioDevice, ISavedState
{
    private readonly GpioLines _lines;
    private readonly GpioRequestHandler _handler;
    private readonly byte[] _config = new byte[GpioLayout.ConfigLength];
    private readonly ILogger _logger;
    private readonly bool _hasInterrupts;

    /// <summary>Makes a device, and begins to listen to the bank.</summary>
    /// <param name="bank">The lines of the host.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where broken queues are reported.</param>
    /// <exception cref="ArgumentException">
    /// A choice is out of its range; a line is named that the bank has not, or twice; there are none, or more than
    /// 65535; a name is
    /// no 7-bit ASCII, or there twice.
    /// </exception>
    public GpioDevice(IGpioBank bank, GpioDeviceOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(bank);
        options ??= new GpioDeviceOptions();
        if (!BitOperations.IsPow2((uint)options.QueueSize) || options.QueueSize is < 4 or > SplitRing.MaxSize)
            throw new ArgumentException($"queue size {options.QueueSize}: not 2^n, 4 to 32768", nameof(options));

        var numbers = (options.Lines ?? [.. Enumerable.Range(0, bank.LineCount)]).ToArray();
        if (numbers.Length is < 1 or > ushort.MaxValue)
            throw new ArgumentException($"{numbers.Length} lines: not 1 to 65535", nameof(options));
        foreach (var number in numbers)
        {
            if (number < 0 || number >= bank.LineCount)
                throw new ArgumentException($"line {number}: the bank has {bank.LineCount}", nameof(options));
        }

        if (numbers.Distinct().Count() != numbers.Length)
            throw new ArgumentException("a line is named twice", nameof(options));

        _logger = logger ?? NullLogger.Instance;
        _hasInterrupts = options.Interrupts;
        var names = EncodeNames([.. numbers.Select(bank.GetName)]);
        BinaryPrimitives.WriteUInt16LittleEndian(_config.AsSpan(GpioLayout.LineCountOffset), (ushort)numbers.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_config.AsSpan(GpioLayout.NamesSizeOffset), (uint)names.Length);
        _lines = new GpioLines(bank, numbers);
        _handler = new GpioRequestHandler(_lines, names);
        QueueMaxSizes = _hasInterrupts ? [options.QueueSize, options.QueueSize] : [options.QueueSize];
        bank.SetListener(_hasInterrupts ? _lines : null);
    }

    /// <inheritdoc/>
    /// <remarks>Never raised: see <see cref="TryRestoreState"/>.</remarks>
    public event EventHandler? StateChanged
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public VirtioDeviceId DeviceId => VirtioDeviceId.Gpio;

    /// <inheritdoc/>
    public ulong Features => _hasInterrupts ? GpioFeatures.Interrupts : 0;

    /// <inheritdoc/>
    /// <remarks>Buffers of the event queue come back when their lines interrupt, in no other order.</remarks>
    public ulong ExcludedQueueFeatures => _hasInterrupts ? VirtioFeatures.InOrder : 0;

    /// <inheritdoc/>
    public IReadOnlyList<ushort> QueueMaxSizes { get; }

    /// <inheritdoc/>
    public bool TryReadConfig(uint offset, Span<byte> data)
    {
        if (offset > (uint)_config.Length || data.Length > _config.Length - (int)offset)
            return false;
        _config.AsSpan((int)offset, data.Length).CopyTo(data);
        return true;
    }

    /// <inheritdoc/>
    public void Activate(ulong features) =>
        _handler.HasInterrupts = (features & GpioFeatures.Interrupts) != 0;

    /// <inheritdoc/>
    public IRunningQueue StartQueue(int index, QueueResources resources) => index == GpioLayout.RequestQueue
        ? QueueWorker.Start("gpio", resources, _handler, _logger)
        : GpioEventThread.Start(resources, _lines, _logger);

    /// <inheritdoc/>
    public void Reset()
    {
        _lines.Returning = null;
        _lines.Reset();
    }

    /// <inheritdoc/>
    public byte[] SaveState() => [0];

    /// <inheritdoc/>
    /// <remarks>
    /// Always false: no process takes over from another while a driver runs. Where the buffers of the event queue are
    /// would
    /// have to be known for each line; the driver has to start anew.
    /// </remarks>
    public bool TryRestoreState(ReadOnlySpan<byte> state) => false;

    // Each name, or nothing, with a zero behind it (§5.17.6.1); nothing at all if no line has a name.
    private static byte[] EncodeNames(string[] names)
    {
        if (Array.TrueForAll(names, string.IsNullOrEmpty))
            return [];
        var seen = new HashSet<string>();
        var bytes = new List<byte>();
        foreach (var name in names)
        {
            if (!Ascii.IsValid(name) || name.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException($"name of a line is no ASCII: {name}");
            if (name.Length != 0 && !seen.Add(name))
                throw new ArgumentException($"two lines have the name {name}");
            bytes.AddRange(Encoding.ASCII.GetBytes(name));
            bytes.Add(0);
        }

        return [.. bytes];
    }
}
