using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>An event that a device model injected into a vCPU.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Vector">Its vector.</param>
/// <param name="ErrorCode">The error code, of exceptions that have one.</param>
/// <param name="FaultAddress">The address of a page fault.</param>
public readonly record struct SimulatedEvent(InjectedEventType Type, byte Vector, uint ErrorCode, ulong FaultAddress);
