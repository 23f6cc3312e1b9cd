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
/// <para>Does not own the bank: dispose that after the transport. A bank has one listener, and so serves one device. When
/// the guest resets the device, the lines that it has given a direction are given up.</para>
/// <para>With <see cref="GpioDeviceOptions.Notes"/> and journals a process takes over from one that was killed: it takes
/// the lines again, and knows the buffers of the event queue. Edges while no process was there are lost; levels that are
/// still there interrupt. A line that the host refuses then fails each request, which tries to get it again.</para>
/// </remarks>
public sealed class GpioDevice : IVirtioDevice, ISavedState
{
    private const byte SavedStateVersion = 1;

    private readonly GpioNotes _notes;
    private readonly GpioLines _lines;
    private readonly GpioRequestHandler _handler;
    private readonly byte[] _config = new byte[GpioLayout.ConfigLength];
    private readonly ILogger _logger;
    private readonly bool _hasInterrupts;
    private volatile bool _isActive;
    private bool _isRestored;

    /// <summary>Makes a device, and begins to listen to the bank.</summary>
    /// <param name="bank">The lines of the host.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    /// <param name="logger">Where broken queues are reported.</param>
    /// <exception cref="ArgumentException">
    /// A choice is out of its range; a line is named that the bank has not, or twice; there are none, or more than
    /// 65535; a name is no 7-bit ASCII, or there twice; there are too few notes.
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
        if (options.Notes is { } notes && notes.Count < NoteCount(numbers.Length))
            throw new ArgumentException($"{notes.Count} notes: not {NoteCount(numbers.Length)}", nameof(options));

        _logger = logger ?? NullLogger.Instance;
        _hasInterrupts = options.Interrupts;
        var names = EncodeNames([.. numbers.Select(bank.GetName)]);
        BinaryPrimitives.WriteUInt16LittleEndian(_config.AsSpan(GpioLayout.LineCountOffset), (ushort)numbers.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_config.AsSpan(GpioLayout.NamesSizeOffset), (uint)names.Length);
        _notes = new GpioNotes(options.Notes, numbers.Length);
        _lines = new GpioLines(bank, numbers, _notes);
        _handler = new GpioRequestHandler(_lines, names);
        QueueMaxSizes = _hasInterrupts ? [options.QueueSize, options.QueueSize] : [options.QueueSize];
        bank.SetListener(_hasInterrupts ? _lines : null);
    }

    /// <inheritdoc/>
    /// <remarks>Never raised: what changes is in <see cref="GpioDeviceOptions.Notes"/>, before the guest hears of it.</remarks>
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

    /// <summary>How many words of notes a device needs.</summary>
    /// <param name="lines">How many lines it has.</param>
    public static int NoteCount(int lines) => GpioNotes.CountFor(lines);

    /// <inheritdoc/>
    public bool TryReadConfig(uint offset, Span<byte> data)
    {
        if (offset > (uint)_config.Length || data.Length > _config.Length - (int)offset)
            return false;
        _config.AsSpan((int)offset, data.Length).CopyTo(data);
        return true;
    }

    /// <inheritdoc/>
    public void Activate(ulong features)
    {
        // Here and not in a reset, which is also how a process ends that another one follows.
        if (!_isRestored)
            _notes.Clear();
        _isActive = true;
        _handler.HasInterrupts = (features & GpioFeatures.Interrupts) != 0;
    }

    /// <inheritdoc/>
    public IRunningQueue StartQueue(int index, QueueResources resources) => index == GpioLayout.RequestQueue
        ? QueueWorker.Start("gpio", resources, _handler, _logger)
        : GpioEventThread.Start(resources, _lines, _notes, _isRestored, _logger);

    /// <inheritdoc/>
    public void Reset()
    {
        _isActive = false;
        _isRestored = false;
        _lines.Returning = null;
        _lines.Reset();
    }

    /// <inheritdoc/>
    /// <remarks>Whether there are notes; they are not in it.</remarks>
    public byte[] SaveState() => [SavedStateVersion, _isActive ? (byte)1 : (byte)0];

    /// <inheritdoc/>
    /// <remarks>False also if a driver runs and there are no notes, or if they are no state of these lines.</remarks>
    public bool TryRestoreState(ReadOnlySpan<byte> state)
    {
        if (state.Length != 2 || state[0] != SavedStateVersion || state[1] > 1)
            return false;
        if (state[1] == 0)
            return true;
        _isRestored = _notes.AreKept && _lines.TryRestore();
        return _isRestored;
    }

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
