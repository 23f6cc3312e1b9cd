using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>
/// The device's side of a queue, split or packed (virtio 1.2 §2.6 to §2.8): takes chains, gives them back used.
/// </summary>
/// <remarks>
/// <para>The position is kept here and only published to the guest, never read back. Every field of the guest is read
/// once, into private memory, and validated there. Nothing throws and nothing allocates, whatever the guest does. One
/// thread at a time.</para>
/// <para>Several chains may be taken before the first is given back, and given back in another order, unless IN_ORDER
/// was negotiated or there is a journal: then all that were taken before have been given back, or passed by
/// (<see cref="Pass"/>).</para>
/// </remarks>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "the standard's word")]
public abstract class VirtQueue
{
    /// <summary>
    /// Most descriptors of an indirect table in a queue that is shorter. The standard allows as many as the queue has,
    /// but Linux makes do with a shorter queue when memory is scarce, and then still builds the requests that the
    /// device's limits allow.
    /// </summary>
    public const int MinMaxSegments = 1024;

    private readonly VirtQueueConfig _config;
    private readonly QueueLayout _layout;
    private readonly IndirectTable? _indirect;
    private readonly IQueueJournal? _journal;
    private QueuePosition _saved;

    private protected VirtQueue(VirtQueueConfig config, ulong features, IQueueJournal? journal)
    {
        _config = config;
        _layout = QueueLayout.Of(config.Size, features);
        _journal = journal;
        HasEventIndex = (features & VirtioFeatures.EventIndex) != 0;
        MaxSegments = config.Size;
        if ((features & VirtioFeatures.IndirectDescriptors) != 0)
        {
            MaxSegments = Math.Max(MaxSegments, MinMaxSegments);
            _indirect = new IndirectTable(MaxSegments);
        }
    }

    /// <summary>Number of descriptors.</summary>
    public int Size => _config.Size;

    /// <summary>Most segments of a chain: what a <see cref="DescriptorChain"/> is made for.</summary>
    public int MaxSegments { get; }

    /// <summary>Why the queue is broken, or none.</summary>
    public VirtQueueFault Fault { get; private set; }

    /// <summary>How far the queue has come.</summary>
    public abstract QueuePosition Position { get; }

    /// <summary>
    /// How many of the oldest chains not given back were begun, by this process or by the one before: see
    /// <see cref="Begin"/>. 0 without a journal.
    /// </summary>
    public int Begun { get; private set; }

    private protected bool HasJournal => _journal is not null;

    private protected bool HasEventIndex { get; }

    /// <summary>What has been given back since <see cref="ShouldInterrupt"/> was asked last.</summary>
    private protected int Undecided { get; set; }

    /// <summary>Makes a queue as it is after a reset.</summary>
    /// <param name="config">Size and addresses, already accepted by <see cref="VirtQueueConfig.Check"/>.</param>
    /// <param name="features">The negotiated features, the same as for the check.</param>
    /// <param name="journal">Where the position is kept; null if it need not survive the process.</param>
    public static VirtQueue Create(VirtQueueConfig config, ulong features, IQueueJournal? journal = null) =>
        (features & VirtioFeatures.RingPacked) != 0
            ? new PackedQueue(config, features, journal)
            : new SplitQueue(config, features, journal);

    /// <summary>Says that the queue's memory is reached again and again; see <see cref="IGuestMemory.Hold"/>.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <returns>To be disposed of when the queue is used no longer.</returns>
    public IReadOnlyList<IDisposable?> Hold(IGuestMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return _layout.Hold(_config, memory);
    }

    /// <summary>Reaches the queue's memory, for as long as the view lives.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="rings">The three areas, for the other methods of this queue.</param>
    /// <returns>False if a part of it is no longer memory of the guest; the queue is then broken.</returns>
    public bool TryOpen(GuestMemoryView memory, out QueueRings rings)
    {
        if (_layout.TryOpen(_config, memory, out rings))
            return true;

        Fault = VirtQueueFault.OutsideMemory;
        return false;
    }

    /// <summary>
    /// Goes on where the journal says that another process has ended. To be called first, if there is a journal.
    /// </summary>
    /// <param name="rings">The queue's memory.</param>
    /// <returns>
    /// True if it does: there may be chains that were given back without an interrupt. False if the queue starts from the
    /// beginning.
    /// </returns>
    /// <remarks>
    /// The chains that the other process had taken and not given back are taken again; of how many it had begun what
    /// must not be done twice, <see cref="Begun"/> says. One that it had given back is never seen again.
    /// </remarks>
    public bool TryResume(in QueueRings rings)
    {
        if (_journal is null)
            return false;

        // Saved also if it is the beginning: else a chain that is given back before the first save would be served again.
        var unsaved = 0;
        var resumes = _journal.TryLoad(out var position) && TryGoTo(rings, position, out unsaved);
        if (resumes)
            Begun = Math.Max(position.Begun - unsaved, 0);
        Save(Position);
        return resumes;
    }

    /// <summary>
    /// Says that what the oldest chains ask for is about to be done, and must not be done twice. If the process ends
    /// before they are given back, the next one finds them as <see cref="Begun"/>.
    /// </summary>
    /// <param name="chains">How many of the chains that were taken and not given back.</param>
    public void Begin(int chains)
    {
        if (_journal is null)
            return;
        Begun = chains;
        Save(_saved);
    }

    /// <summary>Takes the next chain that the driver has made available.</summary>
    /// <param name="rings">The queue's memory.</param>
    /// <param name="chain">Filled with the chain; made for at least <see cref="MaxSegments"/> segments.</param>
    /// <remarks>The position advances for a malformed chain too: it is seen once, not for ever.</remarks>
    public abstract TakeResult TryTake(in QueueRings rings, DescriptorChain chain);

    /// <summary>Gives a chain back.</summary>
    /// <param name="rings">The queue's memory.</param>
    /// <param name="chain">
    /// The chain as it was taken, malformed ones too, but not one with <see cref="ChainFault.HeadOutOfRange"/>: see
    /// <see cref="Pass"/>.
    /// </param>
    /// <param name="written">Bytes written to the chain, counted from the start of its writable part.</param>
    public abstract void Complete(in QueueRings rings, DescriptorChain chain, uint written);

    /// <summary>
    /// In the place of <see cref="Complete"/>, for a chain with <see cref="ChainFault.HeadOutOfRange"/>: there is
    /// nothing to give back, but a process that goes on from the journal is not to see it again.
    /// </summary>
    /// <param name="chain">The chain as it was taken.</param>
    public abstract void Pass(DescriptorChain chain);

    /// <summary>Whether the driver wants an interrupt for what has been given back since this was asked last.</summary>
    /// <param name="rings">The queue's memory.</param>
    public abstract bool ShouldInterrupt(in QueueRings rings);

    /// <summary>Asks the driver not to notify while the device is looking anyway. A hint.</summary>
    /// <param name="rings">The queue's memory.</param>
    public abstract void SuppressNotifications(in QueueRings rings);

    /// <summary>Asks the driver to notify again, before the device goes to sleep.</summary>
    /// <param name="rings">The queue's memory.</param>
    /// <returns>True if something has been made available meanwhile: look again before sleeping.</returns>
    public abstract bool AllowNotifications(in QueueRings rings);

    /// <summary>Whether something is available. Costs one read of guest memory.</summary>
    /// <param name="rings">The queue's memory.</param>
    public abstract bool HasAvailable(in QueueRings rings);

    /// <summary>The position once a chain is given back that was taken.</summary>
    internal abstract QueuePosition PositionAfter(DescriptorChain chain);

    /// <summary>
    /// Goes on where another process has ended, by positions that were kept elsewhere than in a journal: for who gives
    /// chains back in another order, and keeps those that it has taken.
    /// </summary>
    /// <param name="rings">The queue's memory.</param>
    /// <param name="position">The last position that is certain.</param>
    /// <param name="behind">
    /// <see cref="PositionAfter"/> of the chain that was about to be given back; else the same position.
    /// </param>
    /// <param name="isBehind">Whether that chain was given back.</param>
    /// <returns>False if the queue cannot have been there.</returns>
    internal abstract bool TryGoOn(
        in QueueRings rings, QueuePosition position, QueuePosition behind, out bool isBehind);

    // Unsaved: 1 if one more chain was given back than the position says, else 0. The queue goes on behind it.
    private protected abstract bool TryGoTo(in QueueRings rings, QueuePosition position, out int unsaved);

    // The table of an indirect descriptor, copied. A descriptor after it would be beyond what the table may say.
    private protected ChainFault LoadTable(
        in QueueRings rings, ulong address, uint length, bool hasNext, out ReadOnlySpan<RawDescriptor> table)
    {
        table = default;
        if (_indirect is null)
            return ChainFault.Indirect;
        return hasNext
            ? ChainFault.IndirectWithNext
            : _indirect.Load(rings.Memory, address, length, out table);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // most queues have none
    private protected void Save(QueuePosition position)
    {
        _saved = position with { Begun = (byte)Math.Min(Begun, QueuePosition.MaxBegun) };
        _journal?.Save(_saved);
    }

    // The oldest chain has been given back.
    private protected void SaveGivenBack(QueuePosition position)
    {
        if (Begun > 0)
            Begun--;
        Save(position);
    }

    private protected TakeResult Break(VirtQueueFault fault)
    {
        Fault = fault;
        return TakeResult.Broken;
    }

    // Whether the event lies among the last of the positions that led to this one, modulo 2^16 (§2.7.7.2).
    private protected static bool HasPassed(ushort position, ushort @event, int last) =>
        (ushort)(position - @event - 1) < Math.Min(last, ushort.MaxValue);
}
