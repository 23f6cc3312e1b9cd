using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Tests;

public class GenerationTests
{
    public static TheoryData<string> Releases => [.. Metadata.Releases];

    [Theory]
    [MemberData(nameof(Releases))]
    public void Everything_in_Xens_headers_compiles(string release)
    {
        string[] headers = Metadata.Xen(release).Split('\n').Where(line => line.StartsWith("header ", StringComparison.Ordinal))
            .Select(line => line["header ".Length..]).Where(header => !header.EndsWith("x86_32.h", StringComparison.Ordinal)).ToArray();
        GeneratorRun run = new GeneratorRun(Metadata.Xen(release), string.Join('\n', headers)).Compiles();
        Assert.Empty(run.DiagnosticIds);
        Assert.InRange(run.Files.Count(), 600, int.MaxValue);
    }

    [Fact]
    public void Everything_in_the_small_metadata_compiles() =>
        new GeneratorRun(Metadata.Small, "bits.h\nouter.h\narch.h").Compiles();

    [Theory]
    [InlineData("namespace Xen.Sys.System { }")]
    [InlineData("namespace Xen.Sys.Xen.Sys { }")]
    [InlineData("namespace System.Runtime.InteropServices.Xen { } namespace Xen.Sys.System.Runtime { class CompilerServices { } }")]
    [InlineData("namespace Xen.Sys.X86_64.Xen { } namespace Xen.Sys.global { }")]
    public void Hostile_namespaces_of_the_user_do_no_harm(string source) =>
        new GeneratorRun(Metadata.Small, "bits.h\nouter.h\narch.h", source).Compiles();

    [Fact]
    public void A_type_brings_all_that_it_holds_by_value()
    {
        GeneratorRun run = new GeneratorRun(Metadata.Small, "outer").Compiles();
        Assert.Equal(
            [
                "Xen.Sys.XenGuestHandle.g.cs", "Xen.Sys.bits.g.cs", "Xen.Sys.color.g.cs", "Xen.Sys.inner.g.cs", "Xen.Sys.name_t.g.cs",
                "Xen.Sys.outer.g.cs", "Xen.Sys.outer_u.g.cs",
            ],
            run.Files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("outer_t", "Xen.Sys.outer.g.cs")]
    [InlineData("name_t", "Xen.Sys.name_t.g.cs")]
    [InlineData("color", "Xen.Sys.XenAbi.test_bits_h.g.cs")]
    [InlineData("BITS_*", "Xen.Sys.XenAbi.test_bits_h.g.cs")]
    [InlineData("test/bits.h", "Xen.Sys.bits.g.cs")]
    [InlineData("  bits   // with a comment", "Xen.Sys.bits.g.cs")]
    public void Requests_name_types_constants_prefixes_and_headers(string request, string file) =>
        Assert.Contains(file, new GeneratorRun(Metadata.Small, request).Compiles().Files);

    [Fact]
    public void A_line_with_a_minus_leaves_out()
    {
        string text = new GeneratorRun(Metadata.Small, "-BITS_M*\nBITS_*\n-BITS_ONE").Compiles().File("Xen.Sys.XenAbi.test_bits_h.g.cs");
        Assert.Contains(" BITS_BIG ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" BITS_MIN ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" BITS_ONE ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_between_targets_goes_to_their_namespaces_with_all_that_holds_it()
    {
        GeneratorRun run = new GeneratorRun(Metadata.Small, "arch.h\n-empty").Compiles();
        Assert.Equal(
            [
                "Xen.Sys.Arm64.XenAbi.test_arch_h.g.cs", "Xen.Sys.Arm64.holds_varies.g.cs", "Xen.Sys.Arm64.varies.g.cs",
                "Xen.Sys.X86_64.XenAbi.test_arch_h.g.cs", "Xen.Sys.X86_64.holds_varies.g.cs", "Xen.Sys.X86_64.varies.g.cs",
                "Xen.Sys.XenAbi.test_arch_h.g.cs", "Xen.Sys.packed.g.cs",
            ],
            run.Files.Order(StringComparer.Ordinal));
        Assert.Contains("int ARCH_VALUE = 2;", run.File("Xen.Sys.Arm64.XenAbi.test_arch_h.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("ARCH_ONLY", run.File("Xen.Sys.X86_64.XenAbi.test_arch_h.g.cs"), StringComparison.Ordinal);
        Assert.Contains("global::Xen.Sys.Arm64.varies v;", run.File("Xen.Sys.Arm64.holds_varies.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_the_user_declares_is_not_generated()
    {
        GeneratorRun run = new GeneratorRun(
            Metadata.Small, "outer", "namespace Xen.Sys { public struct inner { public uint mine; } }").Compiles();
        Assert.DoesNotContain("Xen.Sys.inner.g.cs", run.Files);
        Assert.Contains("global::Xen.Sys.inner inner;", run.File("Xen.Sys.outer_u.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_partial_type_of_the_user_extends_the_generated_one() => Assert.Contains(
        "Xen.Sys.inner.g.cs",
        new GeneratorRun(
            Metadata.Small,
            "outer",
            "namespace Xen.Sys { partial struct inner { public readonly uint Twice => outer_ref * 2; } }").Compiles().Files);

    [Fact]
    public void Members_of_anonymous_records_are_members_of_their_parent()
    {
        INamedTypeSymbol outer = new GeneratorRun(Metadata.Small, "outer").Compiles().Output.GetTypeByMetadataName("Xen.Sys.outer")!;
        Assert.Equal(8, Offset(outer, "hidden"));
        Assert.Equal(12, Offset(outer, "lock"));
        Assert.Equal(13, Offset(outer, "outer_"));
        Assert.Equal(56, ((IFieldSymbol)outer.GetMembers("rest_offset").Single()).ConstantValue);
    }

    [Fact]
    public void Without_requests_nothing_is_generated() => Assert.Empty(new GeneratorRun(Metadata.Small, "// nothing").Files);

    private static object? Offset(INamedTypeSymbol type, string field) => type.GetMembers(field).Single().GetAttributes()
        .Single(attribute => attribute.AttributeClass!.Name == "FieldOffsetAttribute").ConstructorArguments[0].Value;
}
