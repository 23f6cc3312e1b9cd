namespace Xen.Sys;

/// <summary>The state of a vCPU. C origin: <c>struct xen_domctl_getvcpuinfo</c>, public/domctl.h.</summary>
/// <param name="IsOnline">It is on line.</param>
/// <param name="IsBlocked">It waits for an event.</param>
/// <param name="IsRunning">It is on a physical CPU right now.</param>
/// <param name="CpuTime">Time that it has run, in nanoseconds.</param>
/// <param name="Cpu">The physical CPU that it runs on or ran on last.</param>
public readonly record struct VcpuInfo(bool IsOnline, bool IsBlocked, bool IsRunning, ulong CpuTime, uint Cpu);
