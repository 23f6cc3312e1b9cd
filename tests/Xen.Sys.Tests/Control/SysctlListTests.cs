using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Testing.Hypervisor;

namespace Xen.Sys.Tests.Control;

/// <summary>The list of domains, from a Xen of each form.</summary>
public sealed class SysctlListTests
{
    public static TheoryData<uint, uint, Architecture> Forms { get; } = new()
    {
        { 0x12, 0x13, Architecture.X64 },
        { 0x12, 0x13, Architecture.Arm64 },
        { 0x15, 0x15, Architecture.X64 },
        { 0x15, 0x15, Architecture.Arm64 },
        { 0x17, 0x15, Architecture.X64 },
        { 0x17, 0x15, Architecture.Arm64 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void List_and_single_description_agree(uint domctl, uint sysctl, Architecture architecture)
    {
        var xen = Create(domctl, sysctl, architecture, domains: 3, out var versions);
        var domains = new DomainInfo[8];
        Assert.True(Sysctl.GetDomainInfoList(xen, versions.Sysctl, default, domains, out var count).IsSuccess);
        Assert.Equal(4, count);
        foreach (var listed in domains.AsSpan(0, count))
        {
            Assert.True(Domctl.GetDomainInfo(xen, versions.Domctl, listed.Id, out var single).IsSuccess);
            Assert.Equal(single, listed);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void List_that_takes_several_calls_is_whole_and_in_order(
        uint domctl, uint sysctl, Architecture architecture)
    {
        var xen = Create(domctl, sysctl, architecture, domains: 200, out var versions);
        var domains = new DomainInfo[300];
        Assert.True(Sysctl.GetDomainInfoList(xen, versions.Sysctl, default, domains, out var count).IsSuccess);
        Assert.Equal(Numbers(200), domains.Take(count).Select(domain => domain.Id.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(35)]
    [InlineData(36)]
    [InlineData(201)]
    public void List_can_be_read_piece_by_piece(int piece)
    {
        var xen = Create(0x15, 0x15, Architecture.X64, domains: 200, out var versions);
        var domains = new DomainInfo[piece];
        var all = new List<ushort>();
        var first = default(DomainId);
        int count;
        do
        {
            Assert.True(Sysctl.GetDomainInfoList(xen, versions.Sysctl, first, domains, out count).IsSuccess);
            all.AddRange(domains.Take(count).Select(domain => domain.Id.Value));
            first = new DomainId((ushort)(all[^1] + 1));
        }
        while (count == piece);
        Assert.Equal(Numbers(200), all);
    }

    [Fact]
    public void Empty_span_gets_nothing()
    {
        var xen = Create(0x15, 0x15, Architecture.X64, domains: 3, out var versions);
        Assert.True(Sysctl.GetDomainInfoList(xen, versions.Sysctl, default, [], out var count).IsSuccess);
        Assert.Equal(0, count);
    }

    // Every third number, as after many domains have come and gone.
    private static IEnumerable<ushort> Numbers(int domains) =>
        Enumerable.Range(0, domains + 1).Select(i => (ushort)(3 * i));

    private static SimulatedXen Create(
        uint domctl, uint sysctl, Architecture architecture, int domains, out InterfaceVersions versions)
    {
        var xen = new SimulatedXen { DomctlVersion = domctl, SysctlVersion = sysctl, Architecture = architecture };
        foreach (var number in Numbers(domains).Skip(1))
            xen.CreateDomain(number, frames: 1);
        InterfaceVersions.Probe(xen, architecture, out versions).OrThrow("probe");
        Assert.True(versions.AreSupported);
        return xen;
    }
}
