using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Sys.Tests.Wrappers;
using Xen.Testing.Hypervisor;

namespace Xen.Sys.Tests.Control;

/// <summary>Which Xen speaks what, and how it is found out.</summary>
public sealed class VersionsTests : IDisposable
{
    private const uint Eacces = XenAbi.XEN_EACCES;

    private readonly Recording _recording = new();

    public void Dispose() => _recording.Dispose();

    [Theory]
    [InlineData(0x12, 0x13, true, true, "Xen 4.14")]
    [InlineData(0x13, 0x13, false, true, "Xen 4.15")]
    [InlineData(0x14, 0x14, false, false, "Xen 4.16")]
    [InlineData(0x15, 0x15, true, true, "Xen 4.17")]
    [InlineData(0x16, 0x15, false, true, "Xen 4.18")]
    [InlineData(0x17, 0x15, true, true, "Xen 4.19 to 4.20")]
    [InlineData(0x17, 0x16, true, false, "Xen 4.21")]
    [InlineData(0x18, 0x16, false, false, "Xen 4.22")]
    public void Every_release_is_recognised_and_named(
        uint domctl, uint sysctl, bool hasDomctl, bool hasSysctl, string releases)
    {
        var xen = new SimulatedXen { DomctlVersion = domctl, SysctlVersion = sysctl };
        Assert.True(InterfaceVersions.Probe(xen, out var versions).IsSuccess);
        Assert.Equal((domctl, sysctl), (versions.Domctl.Version, versions.Sysctl.Version));
        Assert.Equal((hasDomctl, hasSysctl), (versions.Domctl.IsSupported, versions.Sysctl.IsSupported));
        Assert.Equal(hasDomctl && hasSysctl, versions.AreSupported);
        Assert.Equal($"domctl 0x{domctl:x}, sysctl 0x{sysctl:x} ({releases})", versions.ToString());
    }

    [Theory]
    [InlineData(0x17, "17")]
    [InlineData(0x15, "17 15")]
    [InlineData(0x12, "17 15 12")]
    [InlineData(0x18, "17 15 12 18")]
    [InlineData(0x13, "17 15 12 18 16 14 13")]
    public void Domctl_versions_are_tried_in_the_order_of_their_use(uint spoken, string tried)
    {
        Play(domctl: spoken, sysctl: 0);
        Assert.True(DomctlInterface.Probe(_recording.Transport, out var found).IsSuccess);
        Assert.Equal(spoken, found.Version);
        Assert.Equal(tried, Tried());
    }

    [Theory]
    [InlineData(0x15, "15")]
    [InlineData(0x13, "15 13")]
    [InlineData(0x16, "15 13 16")]
    [InlineData(0x14, "15 13 16 14")]
    public void Sysctl_versions_are_tried_in_the_order_of_their_use(uint spoken, string tried)
    {
        Play(domctl: 0, sysctl: spoken);
        Assert.True(SysctlInterface.Probe(_recording.Transport, out var found).IsSuccess);
        Assert.Equal(spoken, found.Version);
        Assert.Equal(tried, Tried());
    }

    [Fact]
    public void Version_that_no_release_had_is_EACCES()
    {
        var xen = new SimulatedXen { DomctlVersion = 0x99, SysctlVersion = 0x1ff };
        Assert.Equal(XenAbi.XEN_EACCES, InterfaceVersions.Probe(xen, out var versions).Errno);
        Assert.Equal(default, versions);
        Assert.Equal("domctl 0x0, sysctl 0x0 (no release of Xen)", versions.ToString());
    }

    [Fact]
    public void One_interface_is_found_though_the_other_is_not()
    {
        var xen = new SimulatedXen { DomctlVersion = 0x99 };
        Assert.Equal(XenAbi.XEN_EACCES, InterfaceVersions.Probe(xen, out var versions).Errno);
        Assert.True(versions.Sysctl.IsSupported);
        Assert.Equal("no release of Xen", versions.Releases.ToString());
    }

    [Fact]
    public void Probing_stops_at_any_other_error()
    {
        _recording.Answer = -XenAbi.XEN_EFAULT;
        Assert.Equal(XenAbi.XEN_EFAULT, DomctlInterface.Probe(_recording.Transport, out _).Errno);
        Assert.Equal(XenAbi.XEN_EFAULT, SysctlInterface.Probe(_recording.Transport, out _).Errno);
        Assert.Equal(2, _recording.CallCount);

        _recording.IsOutOfMemory = true;
        Assert.Equal(XenAbi.XEN_ENOMEM, InterfaceVersions.Probe(_recording.Transport, out _).Errno);
        Assert.Equal(2, _recording.CallCount);
    }

    [Fact]
    public void Xen_that_refuses_the_caller_has_looked_at_the_version()
    {
        Play(domctl: 0x15, sysctl: 0x13, answer: -XenAbi.XEN_EPERM);
        Assert.Equal(XenAbi.XEN_EPERM, InterfaceVersions.Probe(_recording.Transport, out var versions).Errno);
        Assert.Equal((0x15u, 0x13u), (versions.Domctl.Version, versions.Sysctl.Version));
        Assert.True(versions.AreSupported);
    }

    // Xen looks for the domain before it looks at who asks, and dom0less has no domain 0.
    [Fact]
    public void Xen_without_a_domain_0_has_looked_at_the_version()
    {
        Play(domctl: 0x15, sysctl: 0x15, answer: -XenAbi.XEN_ESRCH);
        Assert.Equal(XenAbi.XEN_ESRCH, DomctlInterface.Probe(_recording.Transport, out var domctl).Errno);
        Assert.Equal(0x15u, domctl.Version);
        Assert.True(domctl.IsSupported);

        _recording.Script = static (_, _) => -XenAbi.XEN_ESRCH;
        Assert.Equal(XenAbi.XEN_ESRCH, DomctlInterface.Probe(_recording.Transport, out domctl).Errno);
        Assert.Equal(0u, domctl.Version);
    }

    [Fact]
    public void Who_refuses_every_version_is_not_Xen_and_says_nothing_of_it()
    {
        _recording.Answer = -XenAbi.XEN_EPERM;
        Assert.Equal(XenAbi.XEN_EPERM, InterfaceVersions.Probe(_recording.Transport, out var versions).Errno);
        Assert.Equal((0u, 0u), (versions.Domctl.Version, versions.Sysctl.Version));
        Assert.Equal(4, _recording.CallCount);
    }

    [Fact]
    public void Probing_gives_every_buffer_back_and_asks_for_nothing_that_has_an_effect()
    {
        Play(domctl: 0x12, sysctl: 0x13);
        InterfaceVersions.Probe(_recording.Transport, out _).OrThrow("probe");
        Assert.Equal((5, 5), (_recording.Acquired, _recording.Released));
        foreach (var call in _recording.Calls)
        {
            var isDomctl = call.Registers[0] == XenAbi.__HYPERVISOR_domctl;
            Assert.Equal(isDomctl ? 5u : 3u, MemoryMarshal.Read<uint>(call.Buffers[0]));
            Assert.Equal(isDomctl ? 144 : 136, call.Lengths[0]);
            Assert.False(call.Buffers[0].AsSpan(8, call.Lengths[0] - 8).ContainsAnyExcept((byte)0));
        }
    }

    // A peer of this SDK has sysctl version 0x14 built in, for all releases.
    [Theory]
    [InlineData(0x13, false)]
    [InlineData(0x14, true)]
    [InlineData(0x15, false)]
    [InlineData(0x16, false)]
    public void A_built_in_sysctl_version_serves_one_release_only_and_probing_all(uint spoken, bool isServed)
    {
        const uint BuiltIn = 0x14;
        var xen = new SimulatedXen { SysctlVersion = spoken };
        Assert.Equal(isServed ? 0u : Eacces, (uint)CallAs(xen, BuiltIn).Errno);
        Assert.True(SysctlInterface.Probe(xen, out var found).IsSuccess);
        Assert.Equal(0, CallAs(xen, found.Version).Errno);
        Assert.Equal("Xen 4.16", Releases(BuiltIn));
    }

    [Theory]
    [InlineData(Architecture.X86)]
    [InlineData(Architecture.Arm)]
    [InlineData(Architecture.RiscV64)]
    public void Architecture_without_structures_is_not_supported(Architecture architecture)
    {
        var xen = new SimulatedXen();
        Assert.True(InterfaceVersions.Probe(xen, architecture, out var versions).IsSuccess);
        Assert.Equal((0x15u, 0x15u), (versions.Domctl.Version, versions.Sysctl.Version));
        Assert.False(versions.Domctl.IsSupported);
        Assert.False(versions.Sysctl.IsSupported);
    }

    [Fact]
    public void Ranges_of_releases_meet_where_they_overlap()
    {
        var older = new XenReleaseRange(new XenVersion(4, 17), new XenVersion(4, 20));
        var newer = new XenReleaseRange(new XenVersion(4, 19), new XenVersion(4, 21));
        Assert.Equal("Xen 4.19 to 4.20", older.Intersect(newer).ToString());
        Assert.Equal(older.Intersect(newer), newer.Intersect(older));
        Assert.True(older.Intersect(default).IsEmpty);
        Assert.True(older.Intersect(new XenReleaseRange(new XenVersion(4, 21), new XenVersion(4, 21))).IsEmpty);
    }

    private static unsafe HypercallResult CallAs(SimulatedXen xen, uint version)
    {
        // SAFETY: the structure is on this stack frame until the call has returned.
        var physinfo = new V4_20.X86_64.xen_sysctl
        {
            cmd = V4_20.XenAbi.XEN_SYSCTL_physinfo,
            interface_version = version,
        };
        return xen.Invoke(XenAbi.__HYPERVISOR_sysctl, (ulong)&physinfo);
    }

    private static string Releases(uint version)
    {
        SysctlInterface.Probe(new SimulatedXen { SysctlVersion = version }, out var sysctl).OrThrow("probe");
        return sysctl.Releases.ToString();
    }

    // SAFETY: the buffer of a call holds at least the head.
    private unsafe void Play(uint domctl, uint sysctl, long answer = 0) => _recording.Script = (_, buffer) =>
        ((uint*)buffer)[1] == (((uint*)buffer)[0] == V4_20.XenAbi.XEN_DOMCTL_getdomaininfo ? domctl : sysctl)
            ? answer
            : -XenAbi.XEN_EACCES;

    private string Tried()
    {
        var versions = new List<string>();
        foreach (var call in _recording.Calls)
            versions.Add($"{call.Buffers[0][4]:x}");
        return string.Join(' ', versions);
    }
}
