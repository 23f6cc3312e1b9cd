using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xen.Abi.Model;
using Xen.Headers.Refresh;

namespace Xen.Headers.Tests;

public partial class CheckedInMetadataTests
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

    private static string WithoutLines(string metadata) => LineNumber().Replace(metadata, "");

    [GeneratedRegex(" line [0-9]+")]
    private static partial Regex LineNumber();
}
