namespace Xen.Virtio.Queues;

/// <summary>What came out of a queue.</summary>
public enum TakeResult
{
    /// <summary>Nothing: the driver has made nothing more available.</summary>
    Empty,

    /// <summary>A valid chain.</summary>
    Chain,

    /// <summary>A malformed chain; <see cref="DescriptorChain.Fault"/> says how. It has been consumed.</summary>
    Malformed,

    /// <summary>The queue is broken; <see cref="VirtQueue.Fault"/> says how. Nothing will come any more.</summary>
    Broken,
}
