namespace Xen.Machine;

/// <summary>What a guest's notification of one queue wakes up.</summary>
/// <remarks>
/// Rung on the thread that serves the guest's vCPUs, or by the kernel where it can (ioeventfd): the work itself
/// happens elsewhere. Rings may coalesce; one that comes after the work has looked is never lost.
/// </remarks>
public interface IDoorbell
{
    /// <summary>Says that the guest has put something into the queue. Never blocks, never throws.</summary>
    void Ring();
}
