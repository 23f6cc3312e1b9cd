using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace Repo.Tests;

/// <summary>The law of the layers, docs/architecture.md, read from the project files.</summary>
public sealed class LayeringTests
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Xen.Machine"] = [],
        ["Xen.Sys"] = ["Xen.Sys.Generator"],
        ["Xen.Privcmd"] = ["Xen.Sys"],
        ["Xen.DeviceModel"] = ["Xen.Machine", "Xen.Sys", Logging],
        ["Xen.Virtio"] = ["Xen.Machine", Logging],
        ["Xen.Testing"] = ["Xen.Machine", "Xen.Sys", "Xen.DeviceModel", "Xen.Virtio", Logging],
    };

    public static TheoryData<string> SourceProjects => [.. Projects("src/")];

    public static TheoryData<string> GeneratorProjects => [.. Projects("generator/")];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Library_references_only_what_its_layer_may(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} has no place in the layers yet");
        Assert.Empty(References(project).Except(allowed!));
    }

    [Theory]
    [MemberData(nameof(GeneratorProjects))]
    public void Generator_does_not_reference_src(string project) =>
        Assert.DoesNotContain(
            XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference"),
            reference => ((string)reference.Attribute("Include")!).Contains("src/", StringComparison.Ordinal));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("XenSdk.sln").Replace('\\', '/');
        foreach (var project in Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)))
            Assert.Contains(project, solution, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generator")]
    [InlineData("headers")]
    [InlineData("lab")]
    [InlineData("samples")]
    [InlineData("src")]
    [InlineData("tests")]
    public void Top_folder_says_what_lives_in_it(string folder) =>
        Assert.Contains($"{folder}/README.md", Repository.Files);

    private static IEnumerable<string> Projects(string folder) => Repository.Files.Where(
        file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project)
    {
        var document = XDocument.Parse(Repository.Read(project));
        var projects = document.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
        var packages = document.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!);
        return projects.Concat(packages);
    }
}
