using System.Collections.Generic;

namespace Xen.Headers.Refresh;

/// <summary>A package whose headers become one metadata file.</summary>
/// <param name="Suite">The Debian suite that has it.</param>
/// <param name="Name">The package.</param>
internal sealed record ManifestPackage(string Suite, string Name)
{
    /// <summary>Suite and name, which is also where it is unpacked.</summary>
    public string Id => Suite + "/" + Name;

    /// <summary>Its version at the last refresh; empty before the first.</summary>
    public string Version { get; init; } = "";

    /// <summary>The SHA-256 of that package file, for amd64 if it is made per architecture.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Name of the metadata and of the umbrella header: <c>xen</c>.</summary>
    public string Source { get; init; } = "";

    /// <summary>The release that the metadata describes: <c>4.17</c>.</summary>
    public string Release { get; init; } = "";

    /// <summary>The targets to read it for.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The folder whose declarations count.</summary>
    public string Keep { get; init; } = "";

    /// <summary>Folders of our own headers that stand in for missing ones.</summary>
    public IReadOnlyList<string> Shims { get; init; } = [];

    /// <summary>Other packages of the manifest, as <see cref="Id"/>, whose headers this one's include.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Each header of this package that was read, with its SHA-256.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
