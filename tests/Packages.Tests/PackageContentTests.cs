using System;
using System.IO;
using System.IO.Compression;
using System.Linq;

namespace Packages.Tests;

/// <summary>What is in the packages.</summary>
public sealed class PackageContentTests(PackageFeed feed)
{
    [Theory]
    [InlineData("Xen.Sys", "README.md", "lib/net10.0/Xen.Sys.dll", "lib/net10.0/Xen.Sys.xml")]
    [InlineData(
        "Xen.Sys.Generator",
        "README.md",
        "XenSys.schema.json",
        "analyzers/dotnet/cs/Xen.Sys.Generator.dll",
        "build/Xen.Sys.Generator.props",
        "build/Xen.Sys.Generator.targets",
        "abi/xen-4.14.abi",
        "abi/xen-4.17.abi",
        "abi/xen-4.20.abi",
        "abi/linux-6.12.abi",
        "tools/xen-abi/xen-abi.dll",
        "tools/xen-abi/xen-abi.runtimeconfig.json")]
    [InlineData("Xen.Store", "README.md", "lib/net10.0/Xen.Store.dll", "lib/net10.0/Xen.Store.xml")]
    [InlineData("Xen.Abi.Cli", "README.md", "tools/net10.0/any/xen-abi.dll")]
    [InlineData("Xen.Store.Cli", "README.md", "tools/net10.0/any/xenstore.dll", "tools/net10.0/any/Xen.Store.dll")]
    public void Package_holds_what_its_users_need(string id, params string[] files)
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Package(id));
        string[] entries = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.All(files, file => Assert.Contains(file, entries));
    }

    [Fact]
    public void Symbols_of_the_library_are_packed_too() =>
        Assert.True(File.Exists(Path.ChangeExtension(feed.Package("Xen.Sys"), "snupkg")));

    [Theory]
    [InlineData("Xen.Sys")]
    [InlineData("Xen.Sys.Generator")]
    public void Package_depends_on_nothing(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Package(id));
        using var reader = new StreamReader(package.Entries.Single(entry => entry.FullName == id + ".nuspec").Open());
        Assert.DoesNotContain("<dependency ", reader.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_package_names_a_machine_path()
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Package("Xen.Sys.Generator"));
        foreach (ZipArchiveEntry entry in package.Entries.Where(entry => entry.FullName.StartsWith("build/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open());
            Assert.DoesNotContain(RepositoryRoot.Folder, reader.ReadToEnd(), StringComparison.Ordinal);
        }
    }
}
