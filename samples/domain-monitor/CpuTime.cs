using Xen.Sys;

namespace DomainMonitor;

/// <summary>How long a domain had run at some time, in nanoseconds.</summary>
internal struct CpuTime
{
    internal DomainId Domain;
    internal ulong Running;
}
