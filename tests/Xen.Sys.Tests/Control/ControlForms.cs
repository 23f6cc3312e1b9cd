using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Testing.Hypervisor;

namespace Xen.Sys.Tests.Control;

/// <summary>The versions and architectures whose structures there are, as probing gives them.</summary>
internal static class ControlForms
{
    private static readonly Architecture[] Architectures = [Architecture.X64, Architecture.Arm64];

    internal static IReadOnlyList<DomctlInterface> Domctl { get; } =
    [
        .. new uint[] { 0x12, 0x15, 0x17 }.SelectMany(_ => Architectures, ProbeDomctl),
    ];

    internal static IReadOnlyList<SysctlInterface> Sysctl { get; } =
    [
        .. new uint[] { 0x13, 0x15 }.SelectMany(_ => Architectures, ProbeSysctl),
    ];

    internal static string Name(uint version, Architecture architecture) => $"0x{version:x} {architecture}";

    private static DomctlInterface ProbeDomctl(uint version, Architecture architecture)
    {
        var xen = new SimulatedXen { DomctlVersion = version, Architecture = architecture };
        DomctlInterface.Probe(xen, architecture, out var domctl).OrThrow("probe");
        return domctl.IsSupported ? domctl : throw new InvalidOperationException(domctl.ToString());
    }

    private static SysctlInterface ProbeSysctl(uint version, Architecture architecture)
    {
        var xen = new SimulatedXen { SysctlVersion = version, Architecture = architecture };
        SysctlInterface.Probe(xen, architecture, out var sysctl).OrThrow("probe");
        return sysctl.IsSupported ? sysctl : throw new InvalidOperationException(sysctl.ToString());
    }
}
