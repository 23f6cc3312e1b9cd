namespace Xen.Virtio.Transports.Core;

/// <summary>How a transport interrupts its driver. Callable from any thread; never blocks, never throws.</summary>
internal interface ITransportInterrupts
{
    /// <summary>Buffers of a queue have been used.</summary>
    void RaiseUsed(int queue);

    /// <summary>The configuration, or the status, has changed.</summary>
    void RaiseConfigChange();

    /// <summary>Back to the state after a reset: nothing is raised, nothing is remembered.</summary>
    void Reset();
}
