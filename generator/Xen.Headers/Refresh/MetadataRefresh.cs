using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Xen.Abi.Model;
using Xen.Headers.Reading;

namespace Xen.Headers.Refresh;

/// <summary>Turns the unpacked packages of a manifest into metadata.</summary>
/// <param name="directory">The folder <c>headers/</c>.</param>
internal sealed class MetadataRefresh(string directory)
{
    /// <summary>The manifest.</summary>
    public Manifest Manifest { get; } = Manifest.Load(Path.Combine(directory, "manifest"));

    /// <summary>The metadata file of a package, relative to the folder.</summary>
    public static string MetadataName(ManifestPackage package) => $"abi/{package.Source}-{package.Release}.abi";

    /// <summary>The version of a package that is unpacked; null if it is not there.</summary>
    public string? CachedVersion(ManifestPackage package) => Cached(package)?.Version;

    /// <summary>Where one package's headers are.</summary>
    public HeaderSource SourceOf(ManifestPackage package) => new(
        package.Source,
        package.Release,
        Path.GetFullPath(Path.Combine(directory, "umbrella", package.Source + ".h")),
        IncludeRoot(package.Id),
        package.Keep,
        [.. package.Shims.Select(shims => Path.GetFullPath(Path.Combine(directory, shims))), .. package.Needs.Select(IncludeRoot)]);

    /// <summary>Reads one package's headers.</summary>
    public HeaderReading Read(ManifestPackage package) =>
        HeaderReader.Read(SourceOf(package), [.. package.Targets.Select(TargetAbi.Find)]);

    /// <summary>Reads all packages and writes manifest and metadata below another folder, or the same.</summary>
    public void Write(string output, TextWriter log)
    {
        Directory.CreateDirectory(Path.Combine(output, "abi"));
        var packages = new List<ManifestPackage>();
        foreach (ManifestPackage package in Manifest.Packages)
        {
            (string version, string sum) = Cached(package)
                ?? throw new HeaderReadException(HeaderError.NotFetched, $"the package {package.Id} is not unpacked: run headers/refresh");
            HeaderReading reading = Read(package);
            string name = MetadataName(package);
            File.WriteAllText(Path.Combine(output, name), AbiTextWriter.Write(reading.Model));
            packages.Add(package with { Version = version, Sha256 = sum, Headers = Sums(package, reading.Files) });
            log.WriteLine($"{name}: {reading.Model.Items.Count} items from {reading.Files.Count} headers of {package.Id} {version}");
            log.WriteLine($"  macros without a constant value: {string.Join(' ', reading.MacrosWithoutValue)}");
        }

        File.WriteAllText(Path.Combine(output, "manifest"), (Manifest with { Packages = packages }).ToText());
    }

    private string IncludeRoot(string package) => Path.GetFullPath(Path.Combine(directory, ".cache", package, "usr/include"));

    private (string Version, string Sum)? Cached(ManifestPackage package)
    {
        string path = Path.Combine(directory, ".cache", package.Id + ".version");
        return File.Exists(path)
            && File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var version, var sum]
            ? (version, sum)
            : null;
    }

    private List<KeyValuePair<string, string>> Sums(ManifestPackage package, IReadOnlyList<string> files)
    {
        string root = IncludeRoot(package.Id) + Path.DirectorySeparatorChar;
        return
        [
            .. files.Where(file => file.StartsWith(root, StringComparison.Ordinal))
                .Select(file => KeyValuePair.Create(
                    file[root.Length..], Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))))),
        ];
    }
}
