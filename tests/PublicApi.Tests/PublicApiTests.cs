using System;
using System.IO;
using System.Linq;
using System.Reflection;
using PublicApi.Tests.Rendering;

namespace PublicApi.Tests;

/// <summary>What every library offers is in a file that a person has approved; a change of it is a decision.</summary>
public sealed class PublicApiTests
{
    private const string Approved = "tests/PublicApi.Tests/Approved";

    public static TheoryData<string> Libraries => [.. Directory.EnumerateFiles(
            RepositoryRoot.Combine("src"), "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Public_api_is_the_approved_one(string library) =>
        Baseline.Check($"{Approved}/{library}.api.txt", ApiText.Of(Assembly.Load(library)));

    [Fact]
    public void Every_library_has_a_file_and_every_file_a_library()
    {
        // While files are written, not all of them are there yet.
        if (Baseline.IsUpdating)
            return;
        Assert.Equal(
            Libraries.Select(row => row.Data + ".api.txt").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(RepositoryRoot.Combine(Approved.Split('/')))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal));
    }
}
