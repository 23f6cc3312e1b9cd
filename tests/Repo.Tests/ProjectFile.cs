using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace Repo.Tests;

/// <summary>What a project file says it needs.</summary>
/// <param name="path">Its path below the root.</param>
internal sealed class ProjectFile(string path)
{
    private readonly XDocument _document = XDocument.Parse(Repository.Read(path));

    /// <summary>The projects it references, as paths below the root; a pattern stays one.</summary>
    internal IReadOnlyList<string> Projects => [.. Includes("ProjectReference").Select(FromRoot)];

    /// <summary>The names of the packages it references.</summary>
    internal IReadOnlyList<string> Packages => [.. Includes("PackageReference")];

    internal bool AllowsUnsafeCode => _document.Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true");

    private IEnumerable<string> Includes(string element) => _document.Descendants(element)
        .Select(reference => (string?)reference.Attribute("Include"))
        .OfType<string>();

    private string FromRoot(string include)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, path))!;
        var full = Path.GetFullPath(Path.Combine(folder, include.Replace('\\', '/')));
        return Path.GetRelativePath(Repository.Root, full).Replace('\\', '/');
    }
}
