using System;
using System.Linq;

namespace Xen.Sys.Generator.Tests;

/// <summary>The generated source of the types that device models live on, as a person has approved it.</summary>
public class SnapshotTests
{
    private static readonly Lazy<GeneratorRun> Run = new(() => new GeneratorRun(
        Metadata.Xen("4.20"),
        """
        ioreq
        buf_ioreq
        xen_dm_op
        xen_dm_op_buf
        gnttab_copy
        grant_entry_v2
        vcpu_info
        xsd_sockmsg
        xenbus_state
        xen_dm_op_modified_memory_extent
        privcmd_mmapbatch_v2
        IOCTL_PRIVCMD_*
        XEN_DMOP_*
        4.14:xen_domctl_getdomaininfo
        4.20:xen_domctl_getdomaininfo
        """,
        second: Metadata.Xen("4.14"),
        third: Metadata.Linux(),
        options: """{ "namespace": "Xen.Sys", "constantsClass": "XenAbi", "architectures": ["x64", "arm64"] }""").Compiles());

    public static TheoryData<string> Files =>
    [
        "Xen.Sys.ioreq", "Xen.Sys.buf_ioreq", "Xen.Sys.xen_dm_op", "Xen.Sys.xen_dm_op_u", "Xen.Sys.xen_dm_op_buf", "Xen.Sys.gnttab_copy",
        "Xen.Sys.grant_entry_v2", "Xen.Sys.X86_64.vcpu_info", "Xen.Sys.Arm64.vcpu_info", "Xen.Sys.xsd_sockmsg", "Xen.Sys.xenbus_state",
        "Xen.Sys.XenGuestHandle", "Xen.Sys.privcmd_mmapbatch_v2", "Xen.Sys.XenAbi.xen_privcmd_h", "Xen.Sys.XenAbi.xen_hvm_dm_op_h",
        "Xen.Sys.V4_14.X86_64.xen_domctl_getdomaininfo", "Xen.Sys.V4_14.Arm64.xen_domctl_getdomaininfo",
        "Xen.Sys.V4_20.X86_64.xen_domctl_getdomaininfo", "Xen.Sys.V4_20.Arm64.xen_domctl_getdomaininfo",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Generated_source_is_the_approved_one(string file) =>
        Baseline.Check($"tests/Xen.Sys.Generator.Tests/Baselines/SnapshotTests.{file}.verified.txt", Run.Value.File(file + ".g.cs"));

    [Fact]
    public void Nothing_is_left_to_report() => Assert.Empty(Run.Value.DiagnosticIds);

    [Fact]
    public void Everything_that_was_generated_is_here_or_comes_along()
    {
        string[] asked = [.. Files.Select(file => file.Data + ".g.cs")];
        Assert.Empty(asked.Except(Run.Value.Files));
    }
}
