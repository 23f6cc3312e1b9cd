namespace Xen.Sys;

/// <summary>
/// What a vCPU is doing, and for how long it has done what. C origin: <c>struct vcpu_runstate_info</c>, public/vcpu.h.
/// </summary>
/// <param name="State">What it is doing.</param>
/// <param name="Since">When that began: system time, in nanoseconds since Xen's start.</param>
/// <param name="Running">Nanoseconds in <see cref="RunState.Running"/>.</param>
/// <param name="Runnable">Nanoseconds in <see cref="RunState.Runnable"/>.</param>
/// <param name="Blocked">Nanoseconds in <see cref="RunState.Blocked"/>.</param>
/// <param name="Offline">Nanoseconds in <see cref="RunState.Offline"/>.</param>
public readonly record struct RunStateTimes(
    RunState State, ulong Since, ulong Running, ulong Runnable, ulong Blocked, ulong Offline);
