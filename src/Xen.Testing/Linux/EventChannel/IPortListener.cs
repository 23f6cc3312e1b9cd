namespace Xen.Testing.Linux.EventChannel;

/// <summary>Something in the kernel that looks at events before the process does.</summary>
internal interface IPortListener
{
    /// <summary>There was an event. No lock is held.</summary>
    void Signalled();
}
