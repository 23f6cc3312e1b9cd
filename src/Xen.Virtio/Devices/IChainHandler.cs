using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>
/// What a device does with the chains of one queue. Called on that queue's worker, one chain at a time.
/// </summary>
public interface IChainHandler
{
    /// <summary>
    /// Whether <see cref="Handle"/> takes microseconds for sure: it waits for no I/O. The worker may then tell the driver
    /// of a few chains at once, since none waits long for the next.
    /// </summary>
    bool NeverWaits => false;

    /// <summary>Serves one valid chain, in place. What the guest put into it is not an error of the handler.</summary>
    /// <param name="chain">The chain; valid until the call returns.</param>
    /// <param name="memory">The guest's memory; valid until the call returns.</param>
    /// <param name="stopping">
    /// Set when the queue is to stop: return soon, the chain will not be given back whatever has been done of it.
    /// </param>
    /// <returns>Bytes written, counted from the start of the chain's writable part without a gap.</returns>
    uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping);

    /// <summary>A malformed chain came and was given back unserved.</summary>
    /// <param name="fault">What was wrong with it.</param>
    void Rejected(ChainFault fault);
}
