using System.Collections.Generic;
using System.Linq;
using Xen.Headers.Refresh;
using Xen.Headers.Tests;

namespace Xen.Sys.HeaderCheck;

/// <summary>One release of Xen on one target: where Xen.Sys has it, and where C does.</summary>
/// <param name="Release">The release.</param>
/// <param name="Namespace">The namespace of what is equal on all targets.</param>
/// <param name="Target">The target, as the metadata calls it.</param>
/// <param name="IsMain">Whether this is the namespace of the newest stable headers, which has Linux's headers too.</param>
internal sealed record CScope(string Release, string Namespace, string Target, bool IsMain)
{
    private static readonly Manifest Manifest = new MetadataRefresh(HeaderCache.Headers).Manifest;

    /// <summary>All that Xen.Sys describes.</summary>
    public static IReadOnlyList<CScope> All { get; } =
    [
        .. new[] { "x86_64", "aarch64" }.SelectMany(static target => new[]
        {
            new CScope("4.20", "Xen.Sys", target, IsMain: true),
            new CScope("4.14", "Xen.Sys.V4_14", target, IsMain: false),
            new CScope("4.17", "Xen.Sys.V4_17", target, IsMain: false),
            new CScope("4.20", "Xen.Sys.V4_20", target, IsMain: false),
        }),
    ];

    /// <summary>The namespace of what the target has alone.</summary>
    public string TargetNamespace => Namespace + (Target == "x86_64" ? ".X86_64" : ".Arm64");

    /// <summary>The metadata files that name its types.</summary>
    public IEnumerable<string> Metadata => Packages.Select(MetadataRefresh.MetadataName);

    /// <summary>The packages with its headers, as the manifest calls them.</summary>
    public IEnumerable<ManifestPackage> Packages => Manifest.Packages.Where(package =>
        (package.Source == "xen" && package.Release == Release) || (IsMain && package.Source == "linux"));

    /// <summary>The C compiler.</summary>
    public string Compiler => Target + "-linux-gnu-gcc";

    /// <summary>What a failure is about.</summary>
    public override string ToString() => Namespace + " " + Target;
}
