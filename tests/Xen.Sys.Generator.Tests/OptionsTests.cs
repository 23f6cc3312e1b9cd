using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Tests;

public class OptionsTests
{
    [Fact]
    public void Without_options_types_are_internal_and_in_a_namespace_of_their_own()
    {
        GeneratorRun run = new GeneratorRun(Metadata.Small, "bits\nBITS_ONE", options: null).Compiles();
        INamedTypeSymbol bits = run.Output.GetTypeByMetadataName("Xen.Abi.bits")!;
        Assert.Equal(Accessibility.Internal, bits.DeclaredAccessibility);
        Assert.NotNull(run.Output.GetTypeByMetadataName("Xen.Abi.AbiConstants"));
    }

    [Fact]
    public void Namespace_class_and_visibility_are_what_the_options_say()
    {
        GeneratorRun run = new GeneratorRun(
            Metadata.Small,
            "outer\nBITS_*\ncolor",
            options: """{ "$schema": "x.json", "namespace": "My.Own", "constantsClass": "C", "visibility": "public", }""").Compiles();
        foreach (string name in new[] { "My.Own.outer", "My.Own.C", "My.Own.color", "My.Own.XenGuestHandle`1" })
            Assert.Equal(Accessibility.Public, run.Output.GetTypeByMetadataName(name)!.DeclaredAccessibility);
    }

    [Theory]
    [InlineData("x86_64", 4)]
    [InlineData("x64", 4)]
    [InlineData("arm64", 8)]
    public void One_architecture_alone_needs_no_namespace_of_its_own(string architecture, int size)
    {
        string options = $$"""{ "architectures": ["{{architecture}}"] }""";
        GeneratorRun run = new GeneratorRun(Metadata.Small, "varies", options: options).Compiles();
        Assert.Empty(run.DiagnosticIds);
        Assert.Equal(size, Size(run.Output.GetTypeByMetadataName("Xen.Abi.varies")!));
    }

    [Theory]
    [InlineData(Platform.X64, 4)]
    [InlineData(Platform.Arm64, 8)]
    public void A_project_for_one_platform_means_that_architecture(Platform platform, int size)
    {
        GeneratorRun run = new GeneratorRun(Metadata.Small, "varies", platform: platform).Compiles();
        Assert.Empty(run.DiagnosticIds);
        Assert.Equal(size, Size(run.Output.GetTypeByMetadataName("Xen.Sys.varies")!));
    }

    [Fact]
    public void Naming_both_architectures_says_that_differences_are_wanted()
    {
        GeneratorRun run = new GeneratorRun(Metadata.Small, "varies", options: """{ "architectures": ["arm64", "x86_64"] }""").Compiles();
        Assert.Empty(run.DiagnosticIds);
        Assert.Equal(8, Size(run.Output.GetTypeByMetadataName("Xen.Abi.Arm64.varies")!));
    }

    [Theory]
    [InlineData("""{ "release": "0.9" }""", 11)]
    [InlineData("""{ "release": "1" }""", 1)]
    [InlineData("{ }", 1)]
    public void The_newest_release_holds_unless_another_is_chosen(string options, int value)
    {
        GeneratorRun run = new GeneratorRun(Metadata.Older, "BITS_ONE", second: Metadata.Small, options: options).Compiles();
        var constant = (IFieldSymbol)run.Output.GetTypeByMetadataName("Xen.Abi.AbiConstants")!.GetMembers("BITS_ONE").Single();
        Assert.Equal(value, constant.ConstantValue);
    }

    [Fact]
    public void An_unknown_release_is_an_error_that_names_the_known_ones()
    {
        Diagnostic diagnostic = Assert.Single(
            new GeneratorRun(Metadata.Small, "bits", options: """{ "release": "3" }""").Result.Diagnostics);
        Assert.Equal(("XENSYS007", "There is no metadata of release '3'; there is test 1"), (diagnostic.Id, diagnostic.GetMessage(null)));
    }

    [Theory]
    [InlineData("", 0, 0, "'{'")]
    [InlineData("[]", 0, 0, "'{'")]
    [InlineData("{ \"namespace\" }", 0, 14, "':'")]
    [InlineData("{ \"namespace\": 5 }", 0, 15, "text")]
    [InlineData("{\n  \"nmespace\": \"A\" }", 1, 2, "no option 'nmespace'")]
    [InlineData("{ \"namespace\": \"1A\" }", 0, 2, "'1A'")]
    [InlineData("{ \"namespace\": \"A..B\" }", 0, 2, "not a namespace")]
    [InlineData("{ \"namespace\": [\"A\"] }", 0, 2, "single text")]
    [InlineData("{ \"constantsClass\": \"class\" }", 0, 2, "'class'")]
    [InlineData("{ \"visibility\": \"private\" }", 0, 2, "public or internal")]
    [InlineData("{ \"architectures\": \"x64\" }", 0, 2, "is a list")]
    [InlineData("{ \"architectures\": [\"i386\"] }", 0, 2, "'i386'")]
    [InlineData("{ \"architectures\": [] }", 0, 2, "names none")]
    [InlineData("{ \"release\": \"1", 0, 15, "does not end")]
    [InlineData("{ } x", 0, 4, "nothing may follow")]
    [InlineData("{ \"release\": \"\\q\" }", 0, 15, "escape")]
    public void A_bad_option_is_an_error_at_its_place(string options, int line, int column, string reason)
    {
        Diagnostic diagnostic = new GeneratorRun(Metadata.Small, "bits", options: options).Result.Diagnostics[0];
        Assert.Equal("XENSYS005", diagnostic.Id);
        Assert.Contains(reason, diagnostic.GetMessage(null), StringComparison.Ordinal);
        FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
        Assert.Equal(("XenSys.json", line, column), (place.Path, place.StartLinePosition.Line, place.StartLinePosition.Character));
    }

    [Fact]
    public void Comments_and_a_byte_order_mark_are_allowed_in_options() => Assert.Empty(
        new GeneratorRun(Metadata.Small, "bits", options: "\ufeff// ours\r\n{ // one\r\n \"namespace\": \"A\\u0042\" }").Compiles().DiagnosticIds);

    private static object? Size(INamedTypeSymbol type) => type.GetAttributes()
        .Single(attribute => attribute.AttributeClass!.Name == "StructLayoutAttribute").NamedArguments
        .Single(argument => argument.Key == "Size").Value.Value;
}
