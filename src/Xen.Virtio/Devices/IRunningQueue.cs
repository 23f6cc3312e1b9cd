using System;
using Xen.Machine;

namespace Xen.Virtio.Devices;

/// <summary>A queue that is being served: from <see cref="IVirtioDevice.StartQueue"/> until it has stopped.</summary>
/// <remarks>
/// Buffers that are available when the queue starts are served without a ring of the doorbell. Rings after the stop
/// do nothing.
/// </remarks>
public interface IRunningQueue : IDoorbell
{
    /// <summary>
    /// Asks the queue to stop. Never blocks. From here on no buffer is given back to the driver and no interrupt is
    /// raised. Idempotent.
    /// </summary>
    void RequestStop();

    /// <summary>Waits until nothing of the queue touches guest memory any more.</summary>
    /// <param name="timeout">How long at most; zero only looks.</param>
    /// <returns>True if the queue has stopped; it stays so.</returns>
    bool WaitStopped(TimeSpan timeout);
}
