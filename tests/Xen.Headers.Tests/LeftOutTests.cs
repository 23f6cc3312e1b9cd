using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xen.Headers.Reading;
using Xen.Headers.Refresh;

namespace Xen.Headers.Tests;

public class LeftOutTests
{
    private static readonly MetadataRefresh Refresh = new(HeaderCache.Headers);

    public LeftOutTests() => HeaderCache.Require();

    /// <summary>The lines of <c>headers/left-out.txt</c>: a header and why it is left out.</summary>
    private static IReadOnlyList<string[]> LeftOut =>
    [
        .. File.ReadLines(Path.Combine(HeaderCache.Headers, "left-out.txt"))
            .Where(static line => line.Length > 0 && line[0] != '#')
            .Select(static line => line.Split(' ', 2)),
    ];

    [Fact]
    public void Every_header_of_a_package_is_read_or_on_the_list()
    {
        string[] listed = [.. LeftOut.Select(static line => line[0])];
        foreach (ManifestPackage package in Refresh.Manifest.Packages)
            Assert.Empty(HeadersOf(package).Except(package.Headers.Select(static header => header.Key)).Except(listed));
    }

    [Fact]
    public void The_list_names_headers_that_exist_and_are_not_read_each_once_and_with_a_reason()
    {
        IReadOnlyList<ManifestPackage> packages = Refresh.Manifest.Packages;
        string[] listed = [.. LeftOut.Select(static line => line[0])];
        Assert.Equal(listed.Distinct(), listed);
        Assert.Empty(listed.Except(packages.SelectMany(HeadersOf)));
        Assert.Empty(listed.Intersect(packages.SelectMany(static package => package.Headers).Select(static header => header.Key)));
        Assert.All(LeftOut, static line => Assert.NotEmpty(line[1]));
    }

    /// <summary>The headers that a package has in the folder whose declarations count.</summary>
    private static IEnumerable<string> HeadersOf(ManifestPackage package)
    {
        HeaderSource source = Refresh.SourceOf(package);
        return Directory.GetFiles(Path.Combine(source.IncludeRoot, source.Keep), "*.h", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(source.IncludeRoot, path));
    }
}
