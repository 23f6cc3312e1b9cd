namespace Conformance;

/// <summary>The rules against the simulated Xen.</summary>
public sealed class SimulatedXenTests() : ConformanceTests(new SimulatedHypervisor());
