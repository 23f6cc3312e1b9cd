using System.Threading;

namespace Xen.Virtio.Devices;

/// <summary>
/// A handler whose chains wait in the ring until the host's side can serve them. A chain may be served in steps.
/// </summary>
public interface IWaitingHandler : IChainHandler
{
    /// <summary>
    /// Whether the last <see cref="IChainHandler.Handle"/> has not come to the chain's end: it is called again with the
    /// same chain, and what it returned does not count.
    /// </summary>
    bool IsUnfinished { get; }

    /// <summary>
    /// Called before a chain is taken, and before the next step of one. Waits until there is something to do for it,
    /// with no guest memory held.
    /// </summary>
    /// <param name="stopping">Set when the queue is to stop: return at once.</param>
    void WaitReady(CancellationToken stopping);
}
