using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>Whoever takes a domain's events: its kernel.</summary>
internal interface IEventSink
{
    /// <summary>A port has an event. The gate of another domain may be held, but no lock that comes after it.</summary>
    void Raise(EventChannelPort port);
}
