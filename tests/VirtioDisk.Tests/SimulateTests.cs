using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xen.Testing.Store;
using Xen.Virtio.Storage.Qcow2;

namespace VirtioDisk.Tests;

/// <summary>serve --simulate: the newcomer's first run.</summary>
public sealed class SimulateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mmio", false, 1)]
    [InlineData("pci", false, 4)]
    [InlineData("mmio", true, 1)]
    public async Task Guest_is_shown_and_its_disk_is_as_it_was(string transport, bool isReadOnly, int queues)
    {
        var image = _folder.Image("a.img", 100 * 512, 7);
        var run = await RunAsync([
            "serve", "--simulate", "--image", image, "--transport", transport, "--queues", $"{queues}",
            .. isReadOnly ? (string[])["--read-only"] : []]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("ready: ", run.Out, StringComparison.Ordinal);
        Assert.Contains("  read    sector 36, 64 of them", run.Out, StringComparison.Ordinal);
        Assert.Contains("done: ", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("WRONG", run.Out, StringComparison.Ordinal);
        Assert.All(File.ReadAllBytes(image), static value => Assert.Equal(7, value));
    }

    [Fact]
    public async Task Qcow2_image_is_served()
    {
        Qcow2Backend.Create(_folder["a.qcow2"], new Qcow2CreateOptions { Size = 1 << 20 });
        var run = await RunAsync("--simulate", "--image", _folder["a.qcow2"], "--format", "qcow2", "--transport", "pci");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("(qcow2)", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_that_is_not_there_is_said()
    {
        var run = await RunAsync("--simulate", "--image", _folder["none"]);
        Assert.Equal(1, run.Code);
        Assert.Contains("does not exist", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_runs_it_without_an_image_of_the_users()
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "virtio-disk.dll");
        using var program = Process.Start(new ProcessStartInfo("dotnet", [dll, "--simulate"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await program.StandardOutput.ReadToEndAsync(Stop);
        Assert.Equal("", await program.StandardError.ReadToEndAsync(Stop));
        await program.WaitForExitAsync(Stop);
        Assert.Equal(0, program.ExitCode);
        Assert.Contains("guest:   good: the same came back", output, StringComparison.Ordinal);
    }

    private static Task<ToolRun> RunAsync(params string[] words) => ToolRun.OfAsync(new InMemoryXenStore().Endpoint(), words);
}
