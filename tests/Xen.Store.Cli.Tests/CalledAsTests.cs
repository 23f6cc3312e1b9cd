using System.Linq;
using System.Text;

namespace Xen.Store.Cli.Tests;

public class CalledAsTests
{
    [Theory]
    [InlineData("/usr/bin/xenstore|read|/a", 2, "xenstore", "read /a")]
    [InlineData("xenstore-ls|-f", 1, "xenstore-ls", "-f")]
    [InlineData("xenstore-ls", 0, "xenstore-ls", "")]
    [InlineData("dotnet|bin/xenstore.dll|ls", 1, "xenstore", "ls")]
    [InlineData("dotnet|exec|xenstore-read.dll|/a", 1, "xenstore-read", "/a")]
    public void Name_stands_before_the_words(string line, int count, string name, string words)
    {
        var called = CalledAs.Of(Encoding.UTF8.GetBytes(line.Replace('|', '\0') + '\0'), count);
        Assert.Equal((name, words), (called.Name, string.Join(' ', called.Words)));
    }

    [Fact]
    public void Words_may_be_empty_or_no_text()
    {
        var called = CalledAs.Of((byte[])[(byte)'x', 0, 0, 0xFF, 0, 0], 3);
        Assert.Equal([0, 1, 0], called.Words.Select(static word => word.Bytes.Length));
        Assert.Equal("x", called.Name);
    }
}
