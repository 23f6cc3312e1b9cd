using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Xen.Abi.Model;
using Xen.Headers.Refresh;

namespace Xen.Headers.Tests;

public class CheckedInMetadataTests
{
    public static TheoryData<string> Packages =>
        [.. new MetadataRefresh(HeaderCache.Headers).Manifest.Packages.Select(package => package.Id)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Metadata_is_what_the_headers_give(string name)
    {
        HeaderCache.Require();
        var refresh = new MetadataRefresh(HeaderCache.Headers);
        ManifestPackage package = refresh.Manifest.Packages.Single(package => package.Id == name);
        string checkedIn = File.ReadAllText(Path.Combine(HeaderCache.Headers, MetadataRefresh.MetadataName(package)));
        string read = AbiTextWriter.Write(refresh.Read(package).Model);

        // A newer point release, which the archive may force upon us, may move lines but not the ABI.
        bool sameVersion = refresh.CachedVersion(package) == package.Version;
        Assert.Equal(sameVersion ? checkedIn : WithoutLines(checkedIn), sameVersion ? read : WithoutLines(read));
    }

    [Fact]
    public void Manifest_survives_reading_and_writing()
    {
        string path = Path.Combine(HeaderCache.Headers, "manifest");
        Assert.Equal(File.ReadAllText(path), Manifest.Load(path).ToText());
    }

    [Fact]
    public void Known_layouts_are_in_the_metadata()
    {
        AbiModel model = AbiTextReader.Read(File.ReadAllText(Path.Combine(HeaderCache.Headers, "abi/xen-4.17.abi")));
        AbiRecord ioreq = Assert.Single(model.Items.OfType<AbiRecord>(), record => record.Name == "ioreq" && record.Targets.Contains("x86_64"));
        Assert.Equal((32, 8, 24), (ioreq.Size, ioreq.Align, ioreq.Fields.Single(field => field.Name == "vp_eport").ByteOffset));
        Assert.Equal(
            ["aarch64:120", "x86_64:112"],
            model.Items.OfType<AbiRecord>().Where(record => record.Name == "xen_domctl_getdomaininfo")
                .Select(record => $"{record.Targets[0]}:{record.Size}").Order());
    }

    [Fact]
    public void Moved_lines_are_no_difference_and_all_else_is()
    {
        const string Before =
            """
            abi 2
            source test 1
            targets x86_64 i386

            header a.h
            1 struct b size 8 align 8 | i386 size 4 align 4
              @0 x * void
            5 A = 1
            9 C = 2

            end 3
            """;
        const string Moved =
            """
            abi 2
            source test 1
            targets x86_64 i386

            header a.h
            2 C = 2
            11 A = 1
            12 struct b size 8 align 8 | i386 size 4 align 4
              @0 x * void

            end 3
            """;
        Assert.Equal(WithoutLines(Before), WithoutLines(Moved));
        (string Same, string Other)[] changes =
            [("A = 1", "A = 2"), ("C = 2", "D = 2"), ("size 4", "size 8"), ("void", "char"), ("a.h", "b.h")];
        foreach ((string same, string other) in changes)
            Assert.NotEqual(WithoutLines(Before), WithoutLines(Moved.Replace(same, other, StringComparison.Ordinal)));
    }

    /// <summary>The metadata with no line numbers, which leaves its declarations in the order of their names.</summary>
    private static string WithoutLines(string metadata)
    {
        AbiModel model = AbiTextReader.Read(metadata);
        return AbiTextWriter.Write(model with { Items = model.Items.Select(static item => item with { Line = 0 }).ToImmutableArray() });
    }
}
