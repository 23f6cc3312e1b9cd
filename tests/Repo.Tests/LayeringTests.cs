using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Repo.Tests;

/// <summary>The law of the layers, docs/architecture.md, read from the project files.</summary>
public sealed class LayeringTests
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Xen.Machine"] = [],
        ["Xen.Sys"] = ["Xen.Sys.Generator"],
        ["Xen.Privcmd"] = ["Xen.Sys", Logging],
        ["Xen.Store"] = ["Xen.Sys", Logging],
        ["Xen.Domain"] = ["Xen.Store", "Xen.Sys"],
        ["Xen.DeviceModel"] = ["Xen.Machine", "Xen.Store", "Xen.Sys", Logging],
        ["Xen.Virtio"] = ["Xen.Machine", Logging],
        ["Xen.Virtio.Linux"] = ["Xen.Virtio", Logging],
        ["Xen.Testing"] = ["Xen.Machine", "Xen.Sys", "Xen.Privcmd", "Xen.Store", "Xen.DeviceModel", "Xen.Virtio", Logging],
    };

    // What a compiler's or a program's users need, and a library's must not get.
    private static readonly string[] ToolPackages = ["Microsoft.CodeAnalysis", "System.CommandLine", "Spectre."];

    private static readonly string[] UnsafeProjects =
        ["Xen.DeviceModel", "Xen.Domain", "Xen.Headers", "Xen.Privcmd", "Xen.Sys", "Xen.Testing",
        "Xen.Virtio.Linux", "domain-monitor"];

    private const string Hosting = "samples/hosting/VirtioHosting.csproj";

    // The one that serves what each of the others serves.
    private const string AllDevices = "samples/virtio-host/virtio-host.csproj";

    private static readonly string[] Shipped = ["src", "generator"];

    public static TheoryData<string> SourceProjects => [.. Names("src/")];

    public static TheoryData<string> GeneratorProjects => [.. Names("generator/")];

    public static TheoryData<string> SampleProjects => [.. Names("samples/")];

    public static TheoryData<string> BenchmarkProjects => [.. Names("benchmarks/")];

    public static TheoryData<string> TopFolders => [.. Repository.Files
        .Where(file => file.Contains('/', StringComparison.Ordinal) && !file.StartsWith('.'))
        .Select(file => file.Split('/')[0])
        .Distinct()];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Library_references_only_what_its_layer_may(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} has no place in the layers yet");
        var (projects, packages) = References(project);
        Assert.Empty(projects.Select(path => Path.GetFileNameWithoutExtension(path)).Concat(packages).Except(allowed!));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Library_brings_no_compiler_and_no_command_line(string project) => Assert.DoesNotContain(
        References(project).Packages,
        package => ToolPackages.Any(tool => package.StartsWith(tool, StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(GeneratorProjects))]
    public void Generator_references_only_its_own_folder_and_its_tools(string project)
    {
        var (projects, packages) = References(project);
        Assert.All(projects, path => Assert.StartsWith("generator/", path, StringComparison.Ordinal));
        Assert.All(packages, package => Assert.Contains(
            ToolPackages, tool => package.StartsWith(tool, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(SampleProjects))]
    public void Sample_references_only_libraries_and_what_virtio_samples_share(string project) => Assert.All(
        References(project).Projects,
        path => Assert.True(
            path.StartsWith("src/", StringComparison.Ordinal)
            || path == Hosting
            || (project == AllDevices && path.StartsWith("samples/virtio-", StringComparison.Ordinal)),
            path));

    [Theory]
    [MemberData(nameof(BenchmarkProjects))]
    public void Benchmark_references_only_what_is_shipped(string project) => Assert.All(
        References(project).Projects,
        path => Assert.Contains(path.Split('/')[0], Shipped));

    [Fact]
    public void Tests_and_benchmarks_are_referenced_by_nobody_and_samples_by_tests_and_samples_at_most()
    {
        foreach (var project in Names(""))
        {
            foreach (var path in References(project).Projects)
            {
                Assert.False(path.StartsWith("tests/", StringComparison.Ordinal), $"{project} references {path}");
                Assert.False(path.StartsWith("benchmarks/", StringComparison.Ordinal), $"{project} references {path}");
                Assert.False(
                    path.StartsWith("samples/", StringComparison.Ordinal)
                        && !project.StartsWith("tests/", StringComparison.Ordinal)
                        && !project.StartsWith("samples/", StringComparison.Ordinal),
                    $"{project} references {path}");
            }
        }
    }

    [Fact]
    public void Unsafe_code_is_allowed_only_where_memory_is_shared() => Assert.Equal(
        UnsafeProjects,
        Names("").Where(project => !project.StartsWith("tests/", StringComparison.Ordinal))
            .Where(project => new ProjectFile(project).AllowsUnsafeCode)
            .Select(project => Path.GetFileNameWithoutExtension(project))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("XenSdk.sln").Replace('\\', '/');
        foreach (var project in Names(""))
            Assert.Contains(project, solution, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TopFolders))]
    public void Top_folder_says_what_lives_in_it(string folder) =>
        Assert.Contains($"{folder}/README.md", Repository.Files);

    private static IEnumerable<string> Names(string folder) => Repository.Files.Where(
        file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal));

    private static (IReadOnlyList<string> Projects, IReadOnlyList<string> Packages) References(string project)
    {
        var file = new ProjectFile(project);
        return (file.Projects, file.Packages);
    }
}
