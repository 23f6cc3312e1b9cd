namespace Xen.Virtio.Devices;

/// <summary>
/// What a running queue may ask of the transport. Callable from any thread; never blocks, never throws.
/// </summary>
public interface IQueueHost
{
    /// <summary>Buffers have been used and the driver wants to know.</summary>
    void SignalUsed();

    /// <summary>The queue cannot go on: the device needs a reset (virtio 1.2 §2.1.2).</summary>
    void SignalNeedsReset();
}
