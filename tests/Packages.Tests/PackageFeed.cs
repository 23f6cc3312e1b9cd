using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Packages.Tests;

/// <summary>The packages of this repository in a folder of their own, and a package cache that nobody else uses.</summary>
public sealed class PackageFeed : IDisposable
{
    private static readonly string[] Projects =
    [
        "src/Xen.Sys", "src/Xen.Store", "generator/Xen.Sys.Generator", "generator/Xen.Abi.Cli", "samples/xenstore",
    ];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-packages-");

    /// <summary>Packs everything once for all tests.</summary>
    public PackageFeed()
    {
        foreach (string project in Projects)
        {
            (int code, string output) = DotnetCommand.Run(
                RepositoryRoot.Folder,
                new Dictionary<string, string>(),
                "pack", project, "-c", "Release", "--artifacts-path", Path.Combine(_folder.FullName, "artifacts"), "-o", Folder,
                "-v", "quiet", "--disable-build-servers");
            Assert.True(code == 0, $"dotnet pack {project} failed:\n{output}");
        }
    }

    /// <summary>The folder with the packages.</summary>
    public string Folder => Path.Combine(_folder.FullName, "feed");

    /// <summary>What a project outside the repository needs to find these packages and no others.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "cache"),
    };

    /// <summary>The version that all packages have.</summary>
    public string Version => Path.GetFileNameWithoutExtension(Package("Xen.Sys"))["Xen.Sys.".Length..];

    /// <summary>The file of a package.</summary>
    public string Package(string id) => Directory.GetFiles(Folder, id + ".*.nupkg")
        .Single(file => char.IsAsciiDigit(Path.GetFileName(file)[id.Length + 1]));

    /// <summary>A new folder outside of the repository, in which no other packages than these are found.</summary>
    public string NewFolder(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            $"""
            <configuration>
              <packageSources><clear /><add key="local" value="{Folder}" /></packageSources>
            </configuration>
            """);
        return folder;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
