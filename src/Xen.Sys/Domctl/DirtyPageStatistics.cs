namespace Xen.Sys;

/// <summary>What Xen counted since the counters were last cleared.</summary>
/// <param name="Faults">Writes that Xen had to look at.</param>
/// <param name="DirtyPages">Pages that were written to.</param>
/// <param name="CoveredPages">Pages that the bitmap speaks of: the domain may be smaller than the bitmap.</param>
/// <remarks>C origin: <c>struct xen_domctl_shadow_op</c> and its <c>stats</c>, public/domctl.h.</remarks>
public readonly record struct DirtyPageStatistics(uint Faults, uint DirtyPages, ulong CoveredPages);
