using Xen.Virtio.Devices;

namespace Xen.Virtio.Transports.Core;

/// <summary>The transport as one running queue sees it.</summary>
internal sealed class QueueHost(TransportCore core, int queue) : IQueueHost
{
    public void SignalUsed() => core.State.SignalUsed(queue);

    public void SignalNeedsReset() => core.FailWhileRunning();
}
