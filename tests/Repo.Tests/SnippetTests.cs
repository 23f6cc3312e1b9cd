using System.Threading.Tasks;

namespace Repo.Tests;

/// <summary>The programs in the documentation compile, and those that need no Xen run.</summary>
public sealed class SnippetTests
{
    public static TheoryData<string> Pages =>
    [
        "README.md", "docs/xenstore.md", "docs/storage.md", "docs/testing.md", "src/Xen.Store/README.md",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Programs_of_a_page_compile(string page)
    {
        var snippets = Snippet.Of(page);
        Assert.NotEmpty(snippets);
        foreach (var snippet in snippets)
            snippet.Compile().Dispose();
    }

    [Fact]
    public async Task Readme_shows_the_store_in_lines_that_run_without_Xen() => Assert.Equal(
        "Initial: /tool = \nChanged: /tool/greeting = hello\n",
        await Snippet.Of("README.md")[^1].RunAsync());

    [Fact]
    public async Task First_program_of_the_guide_to_XenStore_runs_without_Xen() =>
        Assert.Equal("hello\n", await Snippet.Of("docs/xenstore.md")[0].RunAsync());
}
