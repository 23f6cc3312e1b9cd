namespace Xen.Sys;

/// <summary>Where a CPU is. C origin: <c>struct xen_sysctl_cputopo</c>, public/sysctl.h.</summary>
/// <param name="Core">Its core; all ones if there is no such CPU.</param>
/// <param name="Socket">Its socket; all ones if there is no such CPU.</param>
/// <param name="Node">Its NUMA node; all ones if there is no such CPU.</param>
public readonly record struct CpuTopology(uint Core, uint Socket, uint Node);
