using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>
/// A handler that has several chains of its queue under way at once, each in a slot. Called on the queue's worker.
/// </summary>
/// <remarks>
/// For each chain: <see cref="TryPrepare"/>; then, for one that was prepared, <see cref="Start"/>, <see cref="Wait"/> and
/// <see cref="Finish"/>, and for another one <see cref="Serve"/>; or, when the queue stops, <see cref="Drop"/> in the place of
/// what is still to come.
/// </remarks>
internal interface IConcurrentChainHandler : IChainHandler
{
    /// <summary>
    /// How many slots there are: 0 to this, less 1. With one, only <see cref="IChainHandler.Handle"/> is called.
    /// </summary>
    int Depth { get; }

    /// <summary>Whether another chain may be taken; true if none is under way.</summary>
    bool HasRoom { get; }

    /// <summary>Takes a valid chain, and copies what it needs of it. Does not wait for I/O.</summary>
    /// <param name="slot">The chain's slot; it is free.</param>
    /// <param name="chain">The chain; stays as it is until it has left its slot.</param>
    /// <param name="memory">The guest's memory; valid until the call returns.</param>
    /// <returns>
    /// True if it is to be started: it may take effect before those that were started earlier. False if it is to be served
    /// alone, after all that came before and before all that come behind.
    /// </returns>
    bool TryPrepare(int slot, DescriptorChain chain, GuestMemoryView memory);

    /// <summary>Starts a chain that was prepared, without touching guest memory. May wait until it is on its way.</summary>
    /// <param name="slot">The chain's slot.</param>
    /// <param name="ended">To be called when <see cref="TimeLeft"/> of the slot may have become zero, on any thread.</param>
    void Start(int slot, Action ended);

    /// <summary>Serves a chain alone, in place: as <see cref="IChainHandler.Handle"/>.</summary>
    uint Serve(int slot, DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping);

    /// <summary>
    /// How long <see cref="Wait"/> of a chain that is under way would wait at most; zero if there is no need to.
    /// </summary>
    TimeSpan TimeLeft(int slot);

    /// <summary>Whether <see cref="Wait"/> of a chain that was started, and what it brings with it, takes no time.</summary>
    bool EndsAtOnce(int slot);

    /// <summary>Waits for the end of a chain that is under way, without touching guest memory.</summary>
    void Wait(int slot);

    /// <summary>Answers a chain that was waited for. The slot is free then.</summary>
    /// <returns>Bytes written, counted from the start of the chain's writable part without a gap.</returns>
    uint Finish(int slot, DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping);

    /// <summary>Waits for the end of a chain that will not be answered, if it is under way. The slot is free then.</summary>
    void Drop(int slot);
}
