using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <summary>What is refused before Xen is asked.</summary>
public sealed class DomctlRefusalTests : IDisposable
{
    private static readonly DomainId Dom5 = new(5);

    private static readonly (string Name, DomainConfiguration Value, Func<DomctlInterface, bool> IsExpressible)[] Extras =
    [
        ("nested", DomctlCases.Plain with { Flags = DomainCreationOptions.NestedVirtualization }, f => f.Version > 0x12),
        ("vpmu", DomctlCases.Plain with { Flags = DomainCreationOptions.PerformanceMonitoring }, f => f.Version > 0x12),
        ("no such flag", DomctlCases.Plain with { Flags = (DomainCreationOptions)0x100 }, _ => false),
        ("grants v0", DomctlCases.Plain with { GrantVersion = 0 }, _ => true),
        ("grants v1", DomctlCases.Plain with { GrantVersion = 1 }, f => f.Version > 0x12 || IsArm(f)),
        ("grants v2", DomctlCases.Plain with { GrantVersion = 2 }, _ => true),
        ("grants v3", DomctlCases.Plain with { GrantVersion = 3 }, f => f.Version > 0x12),
        ("grants v16", DomctlCases.Plain with { GrantVersion = 16 }, _ => false),
        ("trace", DomctlCases.Plain with { TraceSize = 4096 }, f => f.Version > 0x12),
        ("pool", DomctlCases.Plain with { CpuPool = 1 }, f => f.Version > 0x12),
        ("altp2m", DomctlCases.Plain with { AlternativeMapMode = 1 }, f => f.Version == 0x17),
        ("emulation", DomctlCases.Plain with { X86EmulationFlags = 1 }, f => !IsArm(f)),
        ("misc", DomctlCases.Plain with { X86MiscellaneousFlags = 1 }, f => !IsArm(f) && f.Version > 0x12),
        ("gic", DomctlCases.Plain with { ArmGicVersion = 1 }, IsArm),
        ("tee", DomctlCases.Plain with { ArmTeeType = 1 }, IsArm),
        ("spis", DomctlCases.Plain with { ArmSharedInterrupts = 32 }, IsArm),
        ("sve", DomctlCases.Plain with { ArmSveVectorLength = 1 }, f => IsArm(f) && f.Version == 0x17),
    ];

    private readonly Recording _recording = new();

    public static TheoryData<string> ExtraNames => [.. Extras.Select(extra => extra.Name)];

    public void Dispose() => _recording.Dispose();

    [Theory]
    [MemberData(nameof(ExtraNames))]
    public void Configuration_that_a_form_cannot_express_is_EINVAL(string name)
    {
        var (_, configuration, isExpressible) = Extras.Single(extra => extra.Name == name);
        foreach (var form in ControlForms.Domctl)
        {
            _recording.Clear();
            var result = Domctl.CreateDomain(_recording.Transport, form, default, configuration, out _);
            Assert.Equal(isExpressible(form) ? 0 : XenAbi.XEN_EINVAL, result.Errno);
            Assert.Equal(isExpressible(form) ? 1 : 0, _recording.CallCount);
            Assert.Equal(_recording.Acquired, _recording.Released);
        }
    }

    [Fact]
    public void Interrupt_that_does_not_fit_the_oldest_form_is_EINVAL()
    {
        var form = ControlForms.Domctl.First(form => form.Version == 0x12);
        var result = Domctl.SetInterruptPermission(_recording.Transport, form, Dom5, 0x100, true);
        Assert.Equal((XenAbi.XEN_EINVAL, 0), (result.Errno, _recording.CallCount));
    }

    [Fact]
    public void Data_larger_than_any_buffer_is_ENOMEM()
    {
        var tooLarge = new byte[IHypercallTransport.MaximumBufferSize];
        var domctl = ControlForms.Domctl[0];
        var sysctl = ControlForms.Sysctl[0];
        var xen = _recording.Transport;
        var index = 0u;
        var results = new List<HypercallResult>
        {
            Domctl.GetHvmContext(xen, domctl, Dom5, tooLarge, out _),
            Domctl.SetHvmContext(xen, domctl, Dom5, tooLarge),
            Domctl.GetHvmContextRecord(xen, domctl, Dom5, 1, 0, tooLarge, out _),
            Domctl.PeekDirtyPages(xen, domctl, Dom5, tooLarge, out _),
            Domctl.CleanDirtyPages(xen, domctl, Dom5, false, tooLarge, out _),
            Domctl.SetVcpuAffinity(xen, domctl, Dom5, default, VcpuAffinity.Hard, tooLarge),
            Domctl.GetVcpuAffinity(xen, domctl, Dom5, default, VcpuAffinity.Hard, tooLarge),
            Sysctl.ReadConsole(xen, sysctl, tooLarge, false, false, ref index, out _),
            Sysctl.SendDebugKeys(xen, sysctl, tooLarge),
            Sysctl.GetCpuIdleTimes(xen, sysctl, MemoryMarshal.Cast<byte, ulong>(tooLarge.AsSpan()), out _),
            Sysctl.GetCpuTopology(xen, sysctl, MemoryMarshal.Cast<byte, CpuTopology>(tooLarge.AsSpan()), out _),
        };
        Assert.All(results, result => Assert.Equal(XenAbi.XEN_ENOMEM, result.Errno));
        Assert.Equal((0, 0), (_recording.Acquired, _recording.CallCount));
    }

    private static bool IsArm(DomctlInterface form) => form.Architecture == Architecture.Arm64;
}
