using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Tests;

public class ReleaseTests
{
    [Fact]
    public void A_release_has_a_namespace_of_its_own()
    {
        GeneratorRun run = Run("outer\n0.9:outer");
        Assert.Equal(56, Size(run, "Xen.Sys.outer"));
        Assert.Equal(24, Size(run, "Xen.Sys.V0_9.outer"));
    }

    [Fact]
    public void What_is_held_by_value_and_differs_comes_from_the_release_the_rest_from_the_main_one()
    {
        GeneratorRun run = Run("0.9:outer");
        Assert.Equal(
            ["Xen.Sys.V0_9.inner.g.cs", "Xen.Sys.V0_9.outer.g.cs", "Xen.Sys.V0_9.outer_u.g.cs", "Xen.Sys.bits.g.cs"],
            run.Files.Order(StringComparer.Ordinal));
        Assert.Contains("global::Xen.Sys.bits same;", run.File("Xen.Sys.V0_9.outer.g.cs"), StringComparison.Ordinal);
        Assert.Contains("global::Xen.Sys.V0_9.inner inner;", run.File("Xen.Sys.V0_9.outer_u.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_asked_for_by_its_release_is_in_its_namespace_even_if_it_is_the_same()
    {
        GeneratorRun run = Run("0.9:bits.h\n0.9:outer");
        Assert.Contains("Xen.Sys.V0_9.bits.g.cs", run.Files);
        Assert.Contains("global::Xen.Sys.V0_9.bits same;", run.File("Xen.Sys.V0_9.outer.g.cs"), StringComparison.Ordinal);
        Assert.Contains("int BITS_ONE = 11;", run.File("Xen.Sys.V0_9.XenAbi.test_bits_h.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_main_release_can_be_asked_for_by_its_number_too() =>
        Assert.Contains("Xen.Sys.V1.inner.g.cs", Run("1:inner").Files);

    [Fact]
    public void Exclusions_count_for_their_release()
    {
        GeneratorRun run = Run("0.9:bits.h\nbits.h\n-0.9:BITS_ONE");
        Assert.DoesNotContain(run.Files, file => file.Contains("V0_9.XenAbi", StringComparison.Ordinal));
        Assert.Contains(" BITS_ONE ", run.File("Xen.Sys.XenAbi.test_bits_h.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_name_header_line_and_release()
    {
        GeneratorRun run = Run("inner\n0.9:inner");
        Assert.Contains("struct inner, test/outer.h:4 of Test 1: 4 bytes", run.File("Xen.Sys.inner.g.cs"), StringComparison.Ordinal);
        Assert.Contains("struct inner, test/outer.h:4 of Test 0.9: 8 bytes", run.File("Xen.Sys.V0_9.inner.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.9:color", "XENSYS001", "'color' is in no metadata of 0.9")]
    [InlineData("0.9:iner", "XENSYS001", "'iner' is in no metadata of 0.9. Did you mean 'inner'?")]
    [InlineData("0.8:inner", "XENSYS007", "There is no metadata of release '0.8'; there is test 1, test 0.9")]
    public void A_name_or_release_that_is_missing_is_an_error_at_its_line(string request, string id, string message)
    {
        Diagnostic diagnostic = Assert.Single(
            new GeneratorRun(Metadata.Small, "bits\n" + request, second: Metadata.Older).Result.Diagnostics);
        Assert.Equal((id, message), (diagnostic.Id, diagnostic.GetMessage(null)));
        Assert.Equal(1, diagnostic.Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void Domctl_of_each_release_of_Xen_has_its_own_layout()
    {
        GeneratorRun run = new GeneratorRun(
            Metadata.Xen("4.14"), "4.14:xen_domctl_getdomaininfo\n4.17:xen_domctl_getdomaininfo", second: Metadata.Xen("4.17"),
            options: """{ "architectures": ["x86_64", "arm64"] }""").Compiles();
        Assert.Equal(104, Size(run, "Xen.Abi.V4_14.X86_64.xen_domctl_getdomaininfo"));
        Assert.Equal(112, Size(run, "Xen.Abi.V4_14.Arm64.xen_domctl_getdomaininfo"));
        Assert.Equal(112, Size(run, "Xen.Abi.V4_17.X86_64.xen_domctl_getdomaininfo"));
        Assert.Equal(120, Size(run, "Xen.Abi.V4_17.Arm64.xen_domctl_getdomaininfo"));
    }

    private static GeneratorRun Run(string requests) => new GeneratorRun(Metadata.Small, requests, second: Metadata.Older).Compiles();

    private static object? Size(GeneratorRun run, string type) => run.Output.GetTypeByMetadataName(type)!.GetAttributes()
        .Single(attribute => attribute.AttributeClass!.Name == "StructLayoutAttribute").NamedArguments
        .Single(argument => argument.Key == "Size").Value.Value;
}
