namespace Xen.Sys;

/// <summary>How far a domain's memory is populated. C origin: <c>struct xen_pod_target</c>, public/memory.h.</summary>
/// <param name="TotalPages">Pages of 4 KiB that the domain has.</param>
/// <param name="CachedPages">Those of them that wait to be put into place.</param>
/// <param name="Entries">Pages of its address space that would be populated if it touched them.</param>
public readonly record struct PodTarget(ulong TotalPages, ulong CachedPages, ulong Entries);
