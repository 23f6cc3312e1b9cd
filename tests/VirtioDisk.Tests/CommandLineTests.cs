using System;
using System.Threading.Tasks;
using Xen.Testing.Store;

namespace VirtioDisk.Tests;

/// <summary>What the program says of itself, and of words that it does not understand.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("attach", "attach --domain web --image /srv/web.img")]
    [InlineData("detach", "detach --domain web")]
    [InlineData("list", "list --json")]
    [InlineData("stats", "stats --once --json")]
    [InlineData("resize", "resize --domain web --id 0")]
    [InlineData("serve", "serve --log systemd")]
    public async Task Help_of_a_command_ends_with_examples(string command, string example)
    {
        var run = await RunAsync(command, "--help");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains($"  virtio-disk {example}\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_has_the_exit_codes() =>
        Assert.Contains("  5    the daemon did not do it in time\n", (await RunAsync("--help")).Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("see 'virtio-disk --help'", "fly")]
    [InlineData("'--domain' is required", "attach", "--image", "x")]
    [InlineData("--image and --mmio and --irq are missing", "serve", "--domain", "5")]
    [InlineData("'0' is not a guest's domain id", "serve", "--domain", "0", "--image", "x", "--mmio", "0xd0000000", "--irq", "5")]
    [InlineData("'24' is not an I/O APIC input", "serve", "--domain", "5", "--image", "x", "--mmio", "0xd0000000", "--irq", "24")]
    [InlineData("9 is ACPI's own", "serve", "--domain", "5", "--image", "x", "--mmio", "0xd0000000", "--irq", "9")]
    [InlineData("--domain: --simulate has a guest of its own", "serve", "--simulate", "--domain", "5")]
    [InlineData("--mmio: --simulate has a guest of its own", "serve", "--simulate", "--mmio", "0xd0000000")]
    [InlineData("--transport is for --simulate", "serve", "--transport", "pci")]
    [InlineData("'loud'", "serve", "--log", "loud")]
    [InlineData("is not a number of seconds", "stats", "--interval", "soon")]
    public async Task Words_that_mean_nothing_are_exit_code_2_and_one_line(string message, params string[] words)
    {
        var run = await RunAsync(words);
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error, static letter => letter == '\n');
    }

    [Fact]
    public async Task Shell_completes_commands_options_and_values()
    {
        Assert.Equal("detach\n", (await RunAsync("__complete", "--", "det")).Out);
        Assert.Equal("--transport\n", (await RunAsync("__complete", "--", "attach", "--tr")).Out);
        Assert.Equal("qcow2\n", (await RunAsync("__complete", "--", "attach", "--format", "q")).Out);
        foreach (var shell in (string[])["bash", "zsh", "fish"])
            Assert.Contains("__complete", (await RunAsync("completion", shell)).Out, StringComparison.Ordinal);
    }

    private static Task<ToolRun> RunAsync(params string[] words) => ToolRun.OfAsync(new InMemoryXenStore().Endpoint(), words);
}
