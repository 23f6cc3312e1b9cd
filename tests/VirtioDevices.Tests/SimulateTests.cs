using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using VirtioHosting;
using Xen.Testing.Store;

namespace VirtioDevices.Tests;

/// <summary>serve --simulate: the newcomer's first run, on any machine.</summary>
public sealed class SimulateTests
{
    public static TheoryData<string, string> Runs => new MatrixTheoryData<string, string>(Programs.Names, ["mmio", "pci"]);

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task All_holds_that_the_guest_expects(string program, string transport)
    {
        var run = await ToolRun.OfAsync(
            Programs.Create(program), new InMemoryXenStore().Endpoint(), "--simulate", "--transport", transport);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("guest:", run.Out, StringComparison.Ordinal);
        Assert.Contains("good:", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONG", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I2c_shows_what_reached_the_bus_and_nothing_else_did()
    {
        var run = await ToolRun.OfAsync(
            Programs.Create("virtio-i2c"), new InMemoryXenStore().Endpoint(), "--simulate");
        Assert.Contains("  bus:   write 0x68 00, read 0x68 56 34 12 01 01 03 26\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("  bus:   write 0x50 20, write 0x52 00: no answer\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0x51\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("aa", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Random_numbers_come_as_slowly_as_the_limit_says()
    {
        var run = await ToolRun.OfAsync(
            Programs.Create("virtio-rng"), new InMemoryXenStore().Endpoint(), "--simulate");
        Assert.Contains("which is a burst and 512 a second at most", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("virtio-rng")]
    [InlineData("virtio-i2c")]
    public async Task User_who_wants_no_more_ends_it(string program)
    {
        using var stop = new CancellationTokenSource();
        using var output = new Watcher(stop);
        using var error = new StringWriter { NewLine = "\n" };
        var shell = new Shell(output, error, IsTerminal: false, stop.Token) { Store = new InMemoryXenStore().Endpoint() };
        Assert.Equal(130, await Programs.Create(program).RunAsync(["--simulate"], shell));
        Assert.Equal($"{program}: interrupted\n", error.ToString());
    }

    [Fact]
    public async Task Program_runs_it()
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "virtio-i2c.dll");
        using var program = Process.Start(new ProcessStartInfo("dotnet", [dll, "--simulate"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var stop = TestContext.Current.CancellationToken;
        var output = await program.StandardOutput.ReadToEndAsync(stop);
        Assert.Equal("", await program.StandardError.ReadToEndAsync(stop));
        await program.WaitForExitAsync(stop);
        Assert.Equal(0, program.ExitCode);
        Assert.Contains("good: it says 'hello'", output, StringComparison.Ordinal);
    }

    /// <summary>Presses Ctrl-C when the guest says its first word.</summary>
    private sealed class Watcher(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value is not null && value.StartsWith("guest:", StringComparison.Ordinal))
                stop.Cancel();
        }
    }
}
