using Xen.Virtio.Spec;

namespace Xen.Virtio.Queues;

/// <summary>What the queues here can do.</summary>
public static class VirtQueueFeatures
{
    /// <summary>Feature bits that a transport may offer on behalf of the queues.</summary>
    public const ulong Supported = VirtioFeatures.IndirectDescriptors | VirtioFeatures.EventIndex
        | VirtioFeatures.RingPacked | VirtioFeatures.InOrder;
}
