using System;
using Xen.Testing.Hypervisor;

namespace Conformance;

/// <summary>The rules against the simulated Xen 4.20 and Linux 6.12.</summary>
public sealed class SimulatedXen420Tests() : ConformanceTests(
    new SimulatedHypervisor(new SimulatedXen { Release = SimulatedRelease.Xen420 }, new Version(6, 12)));
