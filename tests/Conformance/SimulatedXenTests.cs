using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>The rules against the simulated Xen 4.17.</summary>
public sealed class SimulatedXenTests() : ConformanceTests(new SimulatedHypervisor(new SimulatedXen()));
