using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xen.Testing.Store;

namespace VirtioDevices.Tests;

/// <summary>What the pages of the programs and the snippets for xl tell people to type.</summary>
public sealed class ReadmeTests
{
    public static TheoryData<string> Lines => [.. Programs.Names
        .SelectMany(static name => Directory.EnumerateFiles(
            RepositoryRoot.Combine("samples", name), "*", SearchOption.AllDirectories))
        .Where(static path => path.EndsWith("README.md", StringComparison.Ordinal) || path.EndsWith(".cfg", StringComparison.Ordinal))
        .SelectMany(File.ReadLines)
        .Where(static line => line.StartsWith("    ", StringComparison.Ordinal) || line.StartsWith('#'))
        .Select(static line => line.TrimStart('#', ' '))
        .Where(static line => Programs.Names.Any(name => line.StartsWith(name + " ", StringComparison.Ordinal)))
        // A synopsis is no command line.
        .Where(static line => !line.AsSpan().ContainsAny("[|"))
        .Select(static line => line.EndsWith(" &", StringComparison.Ordinal) ? line[..^2] : line)
        .Where(static line => !line.Contains(" - ", StringComparison.Ordinal))
        .Distinct()];

    [Fact]
    public void There_are_lines_of_every_program() =>
        Assert.All(Programs.Names, static name => Assert.Contains(Lines, row => row.Data.StartsWith(name, StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Command_line_means_something(string line)
    {
        var words = line.Split(' ');
        var program = Programs.Create(words[0]);
        var isServe = words[1] == "serve";

        // A daemon does not end. A simulation does; it reads the options, and then has no use for them.
        var run = await ToolRun.OfAsync(
            program, new InMemoryXenStore().Endpoint(), [.. words[1..], .. isServe ? (string[])["--simulate"] : []]);
        if (!isServe)
            Assert.DoesNotContain("--help'", run.Error, StringComparison.Ordinal);
        else if (run.Code != 0)
        {
            Assert.Matches(
                $"^{words[0]}: --[a-z0-9-]+: --simulate has devices of its own; see '{words[0]} serve --help'\n$", run.Error);
        }
    }

    [Theory]
    [InlineData("virtio-i2c", "attach --domain 1 --device-list 1", "--device-list: '1' at character 1: expected addresses")]
    [InlineData("virtio-host", "attach i2c --domain 1 -l 1:x", "--device-list: 'x' at character 3")]
    [InlineData("virtio-host", "serve --i2c 1:x", "--i2c: 'x' at character 3")]
    [InlineData("virtio-gpio", "serve -l :4", "--device-list: '' at character 1")]
    [InlineData("virtio-host", "serve --gpio 0:z", "--gpio: 'z' at character 3")]
    [InlineData("virtio-host", "serve --rng-rate x", "--rng-rate: 'x': expected a number")]
    [InlineData("virtio-rng", "serve --rate 1 --burst 0", "--burst: '0': expected a number")]
    [InlineData("virtio-host", "serve --console-port tty", "--console-port: 'tty' at character 1")]
    [InlineData("virtio-rng", "serve --rate 0 --burst 5", "--burst is of a limit, and --rate 0 is none")]
    [InlineData("virtio-rng", "serve --simulate --rate 5", "--rate: --simulate has devices of its own")]
    [InlineData("virtio-host", "serve --simulate --i2c 1:0x50", "--i2c: --simulate has devices of its own")]
    [InlineData("virtio-i2c", "serve --transport pci", "--transport is for --simulate")]
    [InlineData("virtio-console", "attach --domain 1 --size 1", "--size: '1': expected columns")]
    public async Task Mistake_is_said_with_option_and_place(string program, string words, string complaint)
    {
        var run = await ToolRun.OfAsync(Programs.Create(program), new InMemoryXenStore().Endpoint(), words.Split(' '));
        Assert.Equal(2, run.Code);
        Assert.StartsWith($"{program}: {complaint}", run.Error, StringComparison.Ordinal);
    }
}
