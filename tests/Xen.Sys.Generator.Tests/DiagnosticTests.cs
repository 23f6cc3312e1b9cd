using System;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Tests;

public class DiagnosticTests
{
    [Theory]
    [InlineData("bitz", "'bitz' is in no Xen metadata. Did you mean 'bits'?")]
    [InlineData("BITS_BIGG", "'BITS_BIGG' is in no Xen metadata. Did you mean 'BITS_BIG'?")]
    [InlineData("Outer", "'Outer' is in no Xen metadata. Did you mean 'outer'?")]
    [InlineData("test/bitz.h", "'test/bitz.h' is in no Xen metadata. Did you mean 'test/bits.h'?")]
    [InlineData("completely_different", "'completely_different' is in no Xen metadata")]
    [InlineData("NOTHING_*", "'NOTHING_*' is in no Xen metadata")]
    [InlineData("*", "'*' is in no Xen metadata")]
    public void An_unknown_name_is_an_error_with_suggestions(string request, string message)
    {
        Diagnostic diagnostic = Assert.Single(new GeneratorRun(Metadata.Small, request).Result.Diagnostics);
        Assert.Equal(("XENSYS001", message), (diagnostic.Id, diagnostic.GetMessage(null)));
    }

    [Fact]
    public void The_error_stands_at_the_name_in_the_file()
    {
        Location location = Assert.Single(new GeneratorRun(Metadata.Small, "bits\n\n  bitz // typo").Result.Diagnostics).Location;
        Assert.Equal("XenApis.txt: (2,2)-(2,6)", location.GetLineSpan().ToString());
    }

    [Fact]
    public void Without_unsafe_code_nothing_is_generated_but_one_error()
    {
        var run = new GeneratorRun(Metadata.Small, "bits\nouter", allowUnsafe: false);
        Assert.Equal(["XENSYS002"], run.DiagnosticIds);
        Assert.Empty(run.Files);
    }

    [Fact]
    public void A_member_without_a_known_type_is_reported_with_header_and_line()
    {
        const string Broken = "header test/x.h\n7 struct x size 8 align 4\n  @0 a missing_t\n  @4 b u32\n";
        GeneratorRun run = new GeneratorRun(Metadata.Add(Metadata.Small, Broken), "x").Compiles();
        Assert.Equal(
            "'x' (test/x.h:7) cannot be expressed in C#: the type of 'a' is not known",
            Assert.Single(run.Result.Diagnostics, diagnostic => diagnostic.Id == "XENSYS003").GetMessage(null));
    }

    [Fact]
    public void A_requested_type_that_is_empty_is_reported() =>
        Assert.Contains("XENSYS003", new GeneratorRun(Metadata.Small, "empty").Compiles().DiagnosticIds);

    [Theory]
    [InlineData("varies")]
    [InlineData("holds_varies")]
    [InlineData("ARCH_VALUE")]
    public void A_name_that_differs_between_targets_is_announced(string request)
    {
        Diagnostic diagnostic = Assert.Single(new GeneratorRun(Metadata.Small, request).Result.Diagnostics);
        Assert.Equal("XENSYS006", diagnostic.Id);
        Assert.Contains("Xen.Sys.X86_64 and Xen.Sys.Arm64", diagnostic.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9 BITS_ONE = 1", "")]
    [InlineData("9 BITS_ONE = 2", "XENSYS004")]
    [InlineData("9 BITS_ONE = u32 1", "XENSYS004")]
    [InlineData("9 struct bits size 16 align 8", "XENSYS004")]
    public void Two_metadata_files_that_disagree_are_reported(string declaration, string expected)
    {
        string second = "abi 2\nsource other 1\ntargets x86_64 aarch64\nheader other.h\n" + declaration + "\nend 1\n";
        GeneratorRun run = new GeneratorRun(Metadata.Small, "bits\nBITS_ONE", second: second).Compiles();
        Assert.Equal(expected, string.Concat(run.DiagnosticIds));
        Assert.Contains("int BITS_ONE = 1;", run.File("Xen.Sys.XenAbi.test_bits_h.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Disagreement_is_reported_where_the_name_is_asked_for_and_only_then()
    {
        const string Second = "abi 2\nsource other 1\ntargets x86_64 aarch64\nheader other.h\n9 struct bits size 16 align 8\nend 1\n";
        Diagnostic diagnostic = Assert.Single(new GeneratorRun(Metadata.Small, "BITS_ONE\nbits", second: Second).Result.Diagnostics);
        Assert.Equal("XenApis.txt: (1,0)-(1,4)", diagnostic.Location.GetLineSpan().ToString());
        Assert.EndsWith(" is used, and not other.h:9 of Other 1", diagnostic.GetMessage(null), StringComparison.Ordinal);
        Assert.Empty(new GeneratorRun(Metadata.Small, "BITS_ONE", second: Second).Result.Diagnostics);
    }

    [Fact]
    public void Headers_of_the_project_count_first()
    {
        const string Own = "abi 2\nsource project 1\ntargets x86_64 aarch64\nheader own.h\n9 BITS_ONE = 77\nend 1\n";
        GeneratorRun run = new GeneratorRun(Metadata.Small, "BITS_ONE", second: Own).Compiles();
        Assert.Contains("int BITS_ONE = 77;", run.File("Xen.Sys.XenAbi.own_h.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9 typedef number_t = u16", "number_t", "'number_t' has no type of its own in C#: write ushort")]
    [InlineData("9 typedef where_t = & u32", "where_t", "'where_t' has no type of its own in C#: write Xen.Sys.XenGuestHandle<uint>")]
    public void A_scalar_typedef_is_no_type_and_says_what_to_write(string declaration, string request, string message)
    {
        GeneratorRun run = new GeneratorRun(Metadata.Add(Metadata.Small, "header test/x.h\n" + declaration), request).Compiles();
        Diagnostic diagnostic = Assert.Single(run.Result.Diagnostics);
        Assert.Equal(("XENSYS011", message), (diagnostic.Id, diagnostic.GetMessage(null)));
    }

    [Theory]
    [InlineData("9 struct x size 4 align 4\n  @0 u struct x.u\n9 struct x.u size 4 align 4\n  @0 a u32\n9 struct x_u size 4 align 4\n  @0 a u32", "x\nx_u")]
    [InlineData("9 struct t size 4 align 4\n  @0 a u32\n9 typedef t = [4] u32", "t")]
    [InlineData("9 struct XenAbi size 4 align 4\n  @0 a u32", "XenAbi")]
    public void Two_types_with_one_name_in_CSharp_are_an_error_in_the_list(string declarations, string request)
    {
        GeneratorRun run = new GeneratorRun(Metadata.Add(Metadata.Small, "header test/x.h\n" + declarations), request);
        Diagnostic diagnostic = Assert.Single(run.Result.Diagnostics.Distinct());
        Assert.Equal("XENSYS012", diagnostic.Id);
        Assert.Equal("XenApis.txt", diagnostic.Location.GetLineSpan().Path);
    }

    [Theory]
    [InlineData("9 struct record size 4 align 4\n  @0 record u32", "record")]
    [InlineData("9 struct var size 4 align 4\n  @0 var u32", "var")]
    [InlineData("9 struct b size 4 align 4\n  @0.0:3 a u8\n  @1 _bits0_byte u8\n  @2 _alignment u8", "b")]
    [InlineData("9 enum e = u32\n  1 value__", "e")]
    [InlineData("9 XenAbi = 1", "XenAbi")]
    public void Names_that_CSharp_takes_for_itself_are_changed(string declarations, string request) =>
        Assert.Empty(new GeneratorRun(Metadata.Add(Metadata.Small, "header test/x.h\n" + declarations), request).Compiles().Result.Diagnostics);

    [Fact]
    public void Metadata_that_cannot_be_read_is_an_error_at_its_line()
    {
        Diagnostic diagnostic = Assert.Single(
            new GeneratorRun("abi 2\nnonsense", "bits").Result.Diagnostics, diagnostic => diagnostic.Id == "XENSYS008");
        Assert.Equal(1, diagnostic.Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void A_record_that_holds_itself_does_not_hang_the_compiler()
    {
        const string Endless = "header test/x.h\n7 struct x size 8 align 4\n  @0 a struct x\n  @0 - struct x\n8 typedef t = t\n";
        Assert.Equal(["Xen.Sys.x.g.cs"], new GeneratorRun(Metadata.Add(Metadata.Small, Endless), "x\nt").Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ufeff")]
    [InlineData("// nothing\r\n\r\n")]
    [InlineData("-bits")]
    public void A_list_of_names_that_asks_for_nothing_is_reported(string requests)
    {
        GeneratorRun run = new(Metadata.Small, requests);
        Assert.Equal(["XENSYS009"], run.DiagnosticIds);
        Assert.Empty(run.Files);
    }

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_no_part_of_names() => Assert.Equal(
        ["Xen.Sys.bits.g.cs", "Xen.Sys.inner.g.cs"],
        new GeneratorRun(Metadata.Small, "\ufeffbits\r\ninner // second\r\n").Compiles().Files);

    [Fact]
    public void A_project_without_metadata_is_told_so() =>
        Assert.Equal(["XENSYS008"], new GeneratorRun("", "bits").DiagnosticIds);

    [Theory]
    [InlineData("  @0.4:20 wi")]
    [InlineData("  @0.4:20 wide u32\n")]
    [InlineData("4294967295 BLUE\n\n")]
    [InlineData("  @2 b u32\n")]
    [InlineData("end 2")]
    public void Truncated_metadata_is_an_error_and_generates_nothing_by_halves(string last)
    {
        GeneratorRun run = new(Metadata.Small[..(Metadata.Small.IndexOf(last, StringComparison.Ordinal) + last.Length)], "bits\ncolor");
        Assert.Contains("XENSYS008", run.DiagnosticIds);
        Assert.Empty(run.Files);
    }

    [Fact]
    public void A_name_of_another_target_is_named_as_such()
    {
        const string Narrow = "abi 2\nsource test 1\ntargets x86_64 i386\nheader a.h\n1 struct s on i386 size 4 align 4\n  @0 a u32\nend 1\n";
        Diagnostic diagnostic = Assert.Single(new GeneratorRun(Narrow, "s").Result.Diagnostics);
        Assert.Equal("'s' is in no Xen metadata; it exists for i386 only", diagnostic.GetMessage(null));
    }

    [Fact]
    public void Every_diagnostic_has_a_page()
    {
        string[] ids = [.. typeof(XenSysGenerator).Assembly.GetTypes().Single(type => type.Name == "DiagnosticDescriptors")
            .GetFields().Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Id).Order(StringComparer.Ordinal)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(
            ids,
            Directory.GetFiles(RepositoryRoot.Combine("docs", "rules"), "XENSYS*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
    }
}
