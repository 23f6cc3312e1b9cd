using System;
using System.Diagnostics.CodeAnalysis;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Tests.Support;

/// <summary>A queue with its driver's and its device's side, without a worker: one step at a time.</summary>
internal sealed class QueueBench
{
    /// <summary>A page that the queue does not lie in.</summary>
    public const ulong Buffer = 0x8_0000;

    private readonly IQueueJournal? _journal;

    public QueueBench(ulong features, ushort size = 8, IQueueJournal? journal = null)
    {
        _journal = journal;
        Driver = GuestQueues.Create(Memory, new GuestAllocator(0x1000, 0x4_0000), size, features);
        IsResumed = Restart();
    }

    /// <summary>Whether the queue has gone on from a journal when it was made.</summary>
    public bool IsResumed { get; }

    public PlainGuestMemory Memory { get; } = new(4 << 20);

    public IGuestQueue Driver { get; }

    public VirtQueue Queue { get; private set; }

    public DescriptorChain Chain { get; private set; }

    public TakeResult Take() => TakeInto(Chain);

    public TakeResult TakeInto(DescriptorChain chain)
    {
        using var view = Memory.Enter();
        return Queue.TryOpen(view, out var rings) ? Queue.TryTake(rings, chain) : TakeResult.Broken;
    }

    public void Complete(uint written) => Complete(Chain, written);

    public void Complete(DescriptorChain chain, uint written)
    {
        using var view = Memory.Enter();
        Assert.True(Queue.TryOpen(view, out var rings));
        Queue.Complete(rings, chain, written);
    }

    public bool ShouldInterrupt()
    {
        using var view = Memory.Enter();
        return Queue.TryOpen(view, out var rings) && Queue.ShouldInterrupt(rings);
    }

    public void SuppressNotifications()
    {
        using var view = Memory.Enter();
        Assert.True(Queue.TryOpen(view, out var rings));
        Queue.SuppressNotifications(rings);
    }

    public bool AllowNotifications()
    {
        using var view = Memory.Enter();
        return Queue.TryOpen(view, out var rings) && Queue.AllowNotifications(rings);
    }

    /// <summary>The process is killed, and another one takes the queue over.</summary>
    /// <returns>Whether it goes on from the journal.</returns>
    [MemberNotNull(nameof(Queue), nameof(Chain))]
    public bool Restart()
    {
        Queue = VirtQueue.Create(Driver.Config, Driver.Features, _journal);
        Chain = new DescriptorChain(Queue.MaxSegments);
        using var view = Memory.Enter();
        Assert.True(Queue.TryOpen(view, out var rings));
        return Queue.TryResume(rings);
    }

    /// <summary>Reads a byte that the driver has put into the one buffer of the chain.</summary>
    public byte ReadByte()
    {
        Span<byte> value = stackalloc byte[1];
        using var view = Memory.Enter();
        Assert.True(Chain.TryCopyFrom(view, 0, value));
        return value[0];
    }
}
