using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Xen.Sys.Tests;

/// <summary>The names are those of the generated constants, and none is missing.</summary>
public sealed class HypercallNamesTests
{
    private static readonly Assembly Library = typeof(XenAbi).Assembly;

    // Constants that share the prefix of sub-operations and are none, by the beginning of what follows the prefix.
    // Capitals are flags, masks, limits and the like throughout.
    private static readonly Dictionary<string, string[]> NoOperations = new()
    {
        // Arguments of access_op, paging_op, sharing_op and acquire_resource.
        ["XENMEM_"] = ["access_n", "access_r", "access_w", "access_x", "access_d", "access_op_", "paging_op_", "sharing_op_", "resource_"],

        // A flag of get_ioreq_server_info.
        ["XEN_DMOP_"] = ["no_gfns"],

        // Commands within vmtrace_op.
        ["XEN_DOMCTL_"] = ["vmtrace_enable", "vmtrace_disable", "vmtrace_reset", "vmtrace_output", "vmtrace_get", "vmtrace_set"],

        // Arguments of get_cpu_featureset and get_cpu_policy; commands within pm_op.
        ["XEN_SYSCTL_"] = ["cpu_featureset_", "cpu_policy_", "pm_op_"],

        // Commands within altp2m.
        ["HVMOP_"] = ["altp2m_"],

        // An alias that depends on the interface version, of pirq_eoi_gmfn_v1 or _v2.
        ["PHYSDEVOP_"] = ["pirq_eoi_gmfn"],
    };

    public static TheoryData<string, int> Prefixes => new()
    {
        { "XENMEM_", XenAbi.__HYPERVISOR_memory_op },
        { "XENVER_", XenAbi.__HYPERVISOR_xen_version },
        { "CONSOLEIO_", XenAbi.__HYPERVISOR_console_io },
        { "GNTTABOP_", XenAbi.__HYPERVISOR_grant_table_op },
        { "VCPUOP_", XenAbi.__HYPERVISOR_vcpu_op },
        { "SCHEDOP_", XenAbi.__HYPERVISOR_sched_op },
        { "EVTCHNOP_", XenAbi.__HYPERVISOR_event_channel_op },
        { "PHYSDEVOP_", XenAbi.__HYPERVISOR_physdev_op },
        { "HVMOP_", XenAbi.__HYPERVISOR_hvm_op },
        { "XEN_SYSCTL_", XenAbi.__HYPERVISOR_sysctl },
        { "XEN_DOMCTL_", XenAbi.__HYPERVISOR_domctl },
        { "XEN_DMOP_", XenAbi.__HYPERVISOR_dm_op },
    };

    [Theory]
    [MemberData(nameof(Prefixes))]
    public void Every_operation_of_every_release_has_the_name_of_its_constant(string prefix, int hypercall)
    {
        var found = 0;
        foreach (var (constant, number) in Constants(prefix))
        {
            var name = constant[prefix.Length..];
            if (!IsOperation(prefix, name))
                continue;
            found++;
            Assert.Equal((constant, name), (constant, HypercallNames.SubOperation((uint)hypercall, number)));

            Assert.True(HypercallNames.TryFind(constant, out var byConstant, out var subOperation), constant);
            Assert.Equal(((uint)hypercall, number), (byConstant, subOperation!.Value));
            var words = HypercallNames.Describe((uint)hypercall, number);
            Assert.True(HypercallNames.TryFind(words, out var byWords, out subOperation), words);
            Assert.Equal(((uint)hypercall, number), (byWords, subOperation!.Value));
        }

        Assert.True(found >= 2, $"only {found} operations begin with {prefix}");
        Assert.NotEqual(SubOperationPlace.None, HypercallNames.PlaceOfSubOperation((uint)hypercall));
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public void Names_are_only_of_operations_that_a_header_has(string prefix, int hypercall)
    {
        // XEN_DOMCTL_get_domain_state is later than the metadata; XENPF and others are not wrapped.
        HashSet<ulong> known = [.. Constants(prefix).Select(constant => constant.Number)];
        for (ulong number = 0; number < 2000; number++)
        {
            if (HypercallNames.SubOperation((uint)hypercall, number) is { } name && name != "get_domain_state")
                Assert.Contains(number, known);
        }
    }

    [Fact]
    public void Every_hypercall_has_the_name_of_its_constant()
    {
        const string Prefix = "__HYPERVISOR_";
        foreach (var (constant, number) in Constants(Prefix))
        {
            // Addresses of the address space have the prefix, too; mca is what x86 makes of arch_0.
            var name = constant[Prefix.Length..];
            if (char.IsUpper(name[0]) || name == "mca")
                continue;
            Assert.Equal(name, HypercallNames.Hypercall((uint)number));
            Assert.True(HypercallNames.TryFind(name, out var hypercall, out var subOperation));
            Assert.Equal((uint)number, hypercall);
            Assert.Null(subOperation);
        }
    }

    [Fact]
    public void Numbers_without_a_name_are_described_by_number()
    {
        Assert.Null(HypercallNames.Hypercall(63));
        Assert.Null(HypercallNames.SubOperation(63, 0));
        Assert.Null(HypercallNames.SubOperation(XenAbi.__HYPERVISOR_memory_op, 99));
        Assert.Equal("hypercall 63", HypercallNames.Describe(63, null));
        Assert.Equal("hypercall 63 1", HypercallNames.Describe(63, 1));
        Assert.Equal("memory_op 99", HypercallNames.Describe(XenAbi.__HYPERVISOR_memory_op, 99));
        Assert.Equal("multicall", HypercallNames.Describe(XenAbi.__HYPERVISOR_multicall, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("memory")]
    [InlineData("create_ioreq_server")]
    [InlineData("privcmd MMAPBATCH_V2")]
    [InlineData("XENMEM_")]
    [InlineData("XENMEM_RDM_ALL")]
    public void Words_that_begin_with_no_hypercall_are_not_found(string words)
    {
        Assert.False(HypercallNames.TryFind(words, out var hypercall, out var subOperation));
        Assert.Equal(0U, hypercall);
        Assert.Null(subOperation);
    }

    [Theory]
    [InlineData("dm_op map_io_range_to_ioreq_server 0x0-0xfff", 3)]
    [InlineData("  dm_op   nr_vcpus", 20)]
    public void What_follows_the_operation_does_not_matter(string words, int number)
    {
        Assert.True(HypercallNames.TryFind(words, out var hypercall, out var subOperation));
        Assert.Equal((uint)XenAbi.__HYPERVISOR_dm_op, hypercall);
        Assert.Equal((ulong)number, subOperation);
    }

    [Fact]
    public void Lookup_allocates_nothing()
    {
        Assert.Equal(0, Allocation.Least(Look));

        static void Look()
        {
            for (uint hypercall = 0; hypercall < 64; hypercall++)
            {
                HypercallNames.Hypercall(hypercall);
                for (ulong number = 0; number < 100; number++)
                    HypercallNames.SubOperation(hypercall, number);
            }

            HypercallNames.TryFind("domctl gdbsx_domstatus", out _, out _);
        }
    }

    [Fact]
    public void Exception_carries_all_numbers_and_names()
    {
        var error = new HypercallException("dm_op create_ioreq_server", XenAbi.XEN_ENOSPC, new DomainId(7));
        Assert.Equal((uint)XenAbi.__HYPERVISOR_dm_op, error.Hypercall);
        Assert.Equal((ulong)XenAbi.XEN_DMOP_create_ioreq_server, error.SubOperation);
        Assert.Equal("ENOSPC", error.ErrnoName);
        Assert.Equal(new DomainId(7), error.Domain);
        Assert.Equal(
            "dm_op create_ioreq_server on domain 7 failed: ENOSPC (no room: a domain has at most 8 IOREQ servers)"
                + " [hypercall 41, sub-operation 1]",
            error.Message);
    }

    [Fact]
    public void Exception_of_a_driver_has_no_hypercall()
    {
        var error = new HypercallException("privcmd MMAP_RESOURCE", XenAbi.XEN_ENOENT, new DomainId(1));
        Assert.Null(error.Hypercall);
        Assert.Null(error.SubOperation);
        Assert.Equal("privcmd MMAP_RESOURCE on domain 1 failed: ENOENT", error.Message);
    }

    [Fact]
    public void Exception_of_a_hypercall_without_a_sub_operation_has_its_number_alone()
    {
        var error = new HypercallException("domctl version probe", XenAbi.XEN_EPERM);
        Assert.Equal((uint)XenAbi.__HYPERVISOR_domctl, error.Hypercall);
        Assert.Null(error.SubOperation);
        Assert.EndsWith("[hypercall 36]", error.Message, StringComparison.Ordinal);
    }

    // PHYSDEVOP_IRQ_UNMASK_NOTIFY is an operation in capitals.
    private static bool IsOperation(string prefix, string name) => name == "IRQ_UNMASK_NOTIFY"
        || (!char.IsUpper(name[0])
            && !(NoOperations.GetValueOrDefault(prefix) ?? []).Any(other => IsExcluded(name, other)));

    private static bool IsExcluded(string name, string other) =>
        name == other || (other != "pirq_eoi_gmfn" && name != "access_op" && name.StartsWith(other, StringComparison.Ordinal));

    private static IEnumerable<(string Name, ulong Number)> Constants(string prefix) => Library.GetTypes()
        .Where(type => type.Name == nameof(XenAbi))
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
        .Where(field => field.IsLiteral && field.Name.StartsWith(prefix, StringComparison.Ordinal))
        .Where(field => field.GetRawConstantValue() is int and >= 0)
        .Select(field => (field.Name, (ulong)(int)field.GetRawConstantValue()!))
        .Distinct();
}
