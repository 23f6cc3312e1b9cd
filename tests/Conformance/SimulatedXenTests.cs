using System;
using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>The rules against the simulated Xen 4.17 and Linux 6.1.</summary>
public sealed class SimulatedXenTests() : ConformanceTests(new SimulatedHypervisor(new SimulatedXen(), new Version(6, 1)));
