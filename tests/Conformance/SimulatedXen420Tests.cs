using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>The rules against the simulated Xen 4.20.</summary>
public sealed class SimulatedXen420Tests() : ConformanceTests(
    new SimulatedHypervisor(new SimulatedXen { Release = SimulatedRelease.Xen420 }));
