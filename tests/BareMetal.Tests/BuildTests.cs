using System;
using System.IO;

namespace BareMetal.Tests;

/// <summary>baremetal/build: what it makes, and what it refuses.</summary>
public sealed class BuildTests(ITestOutputHelper log)
{
    // Far above what the monitor takes: a program that pulls in something big is noticed.
    private const int LargestImage = 256 * 1024;

    [Fact]
    public void Build_from_clean_gives_the_same_bytes_wherever_the_program_is()
    {
        var copy = Path.Combine(Image.NewFolder("elsewhere"), "template");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Image.Template))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var first = Image.Build(log, Image.Template, Image.NewFolder("first"));
        var second = Image.Build(log, copy, Image.NewFolder("second"));
        Assert.Equal(File.ReadAllBytes(first.Path), File.ReadAllBytes(second.Path));
    }

    [Theory]
    [InlineData("x86_64")]
    [InlineData("arm64")]
    public void Two_builds_of_the_monitor_give_the_same_bytes(string arch)
    {
        var first = Image.Of(log, Image.Monitor, arch);
        var second = Image.Build(log, Image.Monitor, Image.NewFolder("again-" + arch), arch);
        Assert.Equal(File.ReadAllBytes(first.Path), File.ReadAllBytes(second.Path));
    }

    [Fact]
    public void Size_of_the_image_is_said_and_small()
    {
        var image = Image.Of(log, Image.Monitor);
        var size = new FileInfo(image.Path).Length;
        Assert.Contains($"domain-monitor.elf: {size} bytes", image.Report, StringComparison.Ordinal);
        Assert.InRange(size, 1, LargestImage);
    }

    [Theory]
    [InlineData("object", "Keep(new object());", "RhpNewFast")]
    [InlineData("array", "Keep(new byte[platform.CommandLine.Length]);", "RhpNewArray")]
    [InlineData("text", "Keep($\"{platform.SystemTime}\");", "may_not_make_strings")]
    [InlineData("list", "_ = new System.Collections.Generic.List<int>();", "CS0234")]
    public void What_needs_a_runtime_is_refused_by_name(string name, string statement, string culprit)
    {
        var build = Image.TryBuild(log, Image.NewProgram(name, statement), Image.NewFolder("refused-" + name));
        Assert.Equal(125, build.ExitCode);
        Assert.Contains(culprit, build.Errors, StringComparison.Ordinal);
        Assert.Contains("lab: the ", build.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_use_is_125_and_says_where_help_is()
    {
        var build = Script.Run(log, "baremetal/build", "--no-such-option");
        Assert.Equal(125, build.ExitCode);
        Assert.Contains("--help", build.Errors, StringComparison.Ordinal);
    }
}
