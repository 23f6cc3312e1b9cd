namespace Conformance;

/// <summary>The rules against the real Xen. Runs in a dom0: tests/EndToEnd brings it there.</summary>
[Trait("Category", "InDom0")]
public sealed class RealXenTests() : ConformanceTests(new RealHypervisor());
