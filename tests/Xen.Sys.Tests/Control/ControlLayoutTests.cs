using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Xen.Sys.Tests.Control;

/// <summary>
/// What one wrapper takes for granted of all releases and both architectures, held against the structures generated from
/// each.
/// </summary>
public sealed class ControlLayoutTests
{
    private static readonly string[] Releases = ["V4_14", "V4_17", "V4_20"];
    private static readonly string[] Architectures = ["X86_64", "Arm64"];

    public static TheoryData<string> Variants =>
        [.. Releases.SelectMany(_ => Architectures, (release, architecture) => $"{release}.{architecture}")];

    /// <summary>The structures that one wrapper uses for every release.</summary>
    public static TheoryData<string> Shared =>
    [
        "xen_domctl_max_vcpus", "xen_domctl_max_mem", "xen_domctl_set_target", "xen_domctl_hvmcontext",
        "xen_domctl_hvmcontext_partial", "xen_domctl_shadow_op", "xen_domctl_memory_mapping",
        "xen_domctl_ioport_mapping", "xen_domctl_iomem_permission", "xen_domctl_ioport_permission",
        "xen_domctl_bind_pt_irq", "xen_domctl_getvcpuinfo", "xen_domctl_vcpuaffinity", "xen_domctl_sendtrigger",
        "xen_domctl_settimeoffset", "xen_domctl_address_size", "xen_sysctl_sched_id", "xen_sysctl_availheap",
        "xen_sysctl_getdomaininfolist", "xen_sysctl_readconsole", "xen_sysctl_debug_keys", "xen_sysctl_getcpuinfo",
        "xen_sysctl_cpuinfo", "xen_sysctl_cputopoinfo", "xen_sysctl_cputopo",
    ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Frames_are_the_same_everywhere(string variant)
    {
        var domctl = Layout(Type($"{variant}.xen_domctl"));
        Assert.Equal(144, SizeOf(Type($"{variant}.xen_domctl")));
        Assert.Equal((0, 4, 8, 16), (domctl["cmd"], domctl["interface_version"], domctl["domain"], domctl["u"]));
        Assert.Equal(128, SizeOf(Type($"{variant}.xen_domctl_u")));

        var sysctl = Layout(Type($"{variant}.xen_sysctl"));
        Assert.Equal(136, SizeOf(Type($"{variant}.xen_sysctl")));
        Assert.Equal((0, 4, 8), (sysctl["cmd"], sysctl["interface_version"], sysctl["u"]));
        Assert.Equal(128, SizeOf(Type($"{variant}.xen_sysctl_u")));
    }

    [Theory]
    [MemberData(nameof(Shared))]
    public void Structure_that_serves_all_releases_is_the_same_in_all(string name)
    {
        // A type that stands in the release's own namespace has one layout on both architectures.
        var expected = Describe(Type($"V4_20.{name}"));
        Assert.All(Releases, release => Assert.Equal(expected, Describe(Type($"{release}.{name}"))));
        Assert.InRange(SizeOf(Type($"V4_20.{name}")), 1, 128);
    }

    [Fact]
    public void Later_structures_that_two_releases_share_are_the_same_in_both()
    {
        string[] shared =
        [
            "xen_sysctl_physinfo", "xen_domctl_irq_permission", "xen_domctl_paging_mempool",
            "X86_64.xen_domctl_getdomaininfo",
        ];
        Assert.All(shared, name => Assert.Equal(Describe(Type($"V4_17.{name}")), Describe(Type($"V4_20.{name}"))));

        // On Arm the end of it differs by a field that is not read.
        Assert.Equal(
            Layout(Type("V4_17.Arm64.xen_domctl_getdomaininfo")), Layout(Type("V4_20.Arm64.xen_domctl_getdomaininfo")));
        Assert.Equal(
            SizeOf(Type("V4_17.Arm64.xen_domctl_getdomaininfo")), SizeOf(Type("V4_20.Arm64.xen_domctl_getdomaininfo")));
    }

    [Theory]
    [InlineData("xen_domctl_getdomaininfo", "arch_config")]
    [InlineData("xen_domctl_createdomain", "arch")]
    public void All_forms_begin_as_the_oldest_does(string name, string end)
    {
        var oldest = Layout(Type($"V4_14.X86_64.{name}"));
        Assert.True(oldest.Remove(end));
        foreach (var variant in Variants)
        {
            var form = Layout(Type($"{variant.Data}.{name}"));
            Assert.All(oldest, field => Assert.Equal(field.Value, form[field.Key]));
            Assert.InRange(SizeOf(Type($"{variant.Data}.{name}")), SizeOf(Type($"V4_14.X86_64.{name}")), 128);
        }
    }

    [Fact]
    public void Width_of_addresses_and_emulation_flags_stand_where_they_are_read()
    {
        foreach (var release in (string[])["V4_17", "V4_20"])
        {
            Assert.All(Architectures, architecture => Assert.Equal(
                96, Layout(Type($"{release}.{architecture}.xen_domctl_getdomaininfo"))["gpaddr_bits"]));
            var x86 = Type($"{release}.X86_64.xen_domctl_getdomaininfo");
            Assert.Equal(104, Layout(x86)["arch_config"]);
            Assert.Equal(0, Layout(x86.GetField("arch_config")!.FieldType)["emulation_flags"]);
        }
    }

    [Fact]
    public void Constants_of_both_interfaces_mean_the_same_in_all_releases()
    {
        var byRelease = Releases.Select(release => Constants(Type($"{release}.XenAbi"))).ToArray();
        var changed = byRelease.SelectMany(constants => constants)
            .GroupBy(constant => constant.Key, constant => constant.Value)
            .Where(values => values.Distinct().Skip(1).Any())
            .Select(values => values.Key);
        Assert.Equal(
            [
                "XEN_DOMCTL_CDF_MAX", "XEN_DOMCTL_INTERFACE_VERSION", "XEN_SYSCTL_INTERFACE_VERSION",
                "XEN_SYSCTL_PHYSCAP_MAX",
            ],
            changed.Order(StringComparer.Ordinal));
    }

    private static Type Type(string name) =>
        typeof(IHypercallTransport).Assembly.GetType($"Xen.Sys.{name}", throwOnError: true)!;

    private static int SizeOf(Type type) => type.StructLayoutAttribute is { Size: > 0 } layout
        ? layout.Size
        : (int)typeof(System.Runtime.CompilerServices.Unsafe).GetMethod("SizeOf")!.MakeGenericMethod(type).Invoke(null, [])!;

    private static Dictionary<string, int> Layout(Type type) => type.GetFields()
        .ToDictionary(field => field.Name, field => field.GetCustomAttribute<FieldOffsetAttribute>()!.Value);

    // Fields by offset, with what their types consist of; the namespaces of releases are left out.
    private static string Describe(Type type) => $"{SizeOf(type)} " + string.Join(", ", type.GetFields()
        .Where(field => !field.IsLiteral)
        .OrderBy(field => field.Name, StringComparer.Ordinal)
        .Select(field => $"{field.GetCustomAttribute<FieldOffsetAttribute>()?.Value} {field.Name} {Member(field.FieldType)}"));

    private static string Member(Type type) => type.Namespace!.StartsWith("Xen.Sys", StringComparison.Ordinal)
        && !type.IsGenericType && !type.IsEnum
            ? $"({Describe(type)})"
            : type.Name;

    private static Dictionary<string, object> Constants(Type type) => type.GetFields()
        .Where(field => field.IsLiteral)
        .Where(field => field.Name.StartsWith("XEN_DOM", StringComparison.Ordinal)
            || field.Name.StartsWith("XEN_SYSCTL_", StringComparison.Ordinal)
            || field.Name.StartsWith("XEN_VCPUAFFINITY_", StringComparison.Ordinal)
            || field.Name.StartsWith("DPCI_", StringComparison.Ordinal))
        .ToDictionary(field => field.Name, field => field.GetRawConstantValue()!);
}
