using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xen.DeviceModel;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Entropy;

namespace VirtioHosting.Tests;

/// <summary>The command line of programs with one kind and with several.</summary>
public sealed class ProgramTests : IAsyncDisposable
{
    private readonly HostedMachine _one = new(new HostProgram("virtio-one", "One kind.", [Kind("rng", 4)]));
    private readonly HostedMachine _two = new(new HostProgram("virtio-two", "Two kinds.", [Kind("i2c", 34), Kind("rng", 4)]));

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Theory]
    [InlineData("  virtio-one attach --domain 5 --text a\n", "attach")]
    [InlineData("  virtio-one detach --domain 5 --id 1\n", "detach")]
    [InlineData("  virtio-one serve --log systemd\n", "serve")]
    [InlineData("/run/virtio-one", "serve")]
    [InlineData("Serve the rng things of all guests", "serve")]
    public async Task Help_is_about_the_one_kind(string text, string command) =>
        Assert.Contains(text, await _one.DoAsync(command, "--help"), StringComparison.Ordinal);

    [Theory]
    [InlineData("  virtio-two attach i2c --domain 5 --text a\n", "attach")]
    [InlineData("  virtio-two attach rng --domain 5 --text a\n", "attach", "rng")]
    [InlineData("  virtio-two detach --domain 5 --kind rng --id 1\n", "detach")]
    [InlineData("Serve the devices of all guests", "serve")]
    public async Task Help_is_about_several_kinds(string text, params string[] words) =>
        Assert.Contains(text, await _two.DoAsync([.. words, "--help"]), StringComparison.Ordinal);

    [Fact]
    public async Task Complaint_names_program_and_commands()
    {
        var (code, text, error) = await _two.RunAsync("attach", "rng", "--text", "a");
        Assert.Equal((2, ""), (code, text));
        Assert.StartsWith("virtio-two: ", error, StringComparison.Ordinal);
        Assert.EndsWith("see 'virtio-two attach rng --help'\n", error, StringComparison.Ordinal);
        Assert.Equal(2, (await _two.RunAsync("attach", "gpio")).Code);
        Assert.Equal(2, (await _two.RunAsync("list", "--kind", "gpio")).Code);
    }

    [Fact]
    public async Task Shell_completes_kinds()
    {
        Assert.Equal("rng\n", await _two.DoAsync("__complete", "--", "attach", "r"));
        Assert.Contains("complete -o default -F _virtio_two virtio-two\n", await _two.DoAsync("completion", "bash"), StringComparison.Ordinal);
        foreach (var shell in (string[])["zsh", "fish"])
            Assert.Contains("virtio-two __complete", await _two.DoAsync("completion", shell), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_has_the_kind_where_there_are_several()
    {
        _two.CreateDomain(5);
        await _two.DoAsync("attach", "rng", "-d", "5", "--text", "a", "--timeout", "0");
        await _two.DoAsync("attach", "i2c", "-d", "5", "--timeout", "0");
        Assert.Equal(
            "GUEST   DOMAIN  KIND  DEVID  STATE    PLACE                  DEVICE\n"
            + "guest5       5  rng       0  waiting  mmio 0xd0000000 irq 5  text a\n"
            + "guest5       5  i2c       1  waiting  mmio 0xd0000200 irq 6  text none\n",
            await _two.DoAsync("list"));
        using var json = JsonDocument.Parse(await _two.DoAsync("list", "--json", "--kind", "i2c"));
        var device = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(("i2c", 1, "text none"), (device.GetProperty("kind").GetString(), device.GetProperty("devid").GetInt32(), device.GetProperty("device").GetString()));
    }

    [Fact]
    public async Task List_of_one_kind_has_no_column_for_it()
    {
        _one.CreateDomain(5);
        await _one.DoAsync("attach", "-d", "5", "--timeout", "0");
        Assert.StartsWith(
            "GUEST   DOMAIN  DEVID  STATE    PLACE                  DEVICE\n", await _one.DoAsync("list"), StringComparison.Ordinal);
        Assert.DoesNotContain("kind", await _one.DoAsync("list", "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_without_a_daemon_says_how_to_take_the_device_back()
    {
        _two.CreateDomain(5);
        var (code, _, error) = await _two.RunAsync("attach", "rng", "-d", "5", "--timeout", "0.05");
        Assert.Equal(5, code);
        Assert.Contains("`virtio-two detach --domain 5 --kind rng --id 0 --force` takes it back", error, StringComparison.Ordinal);
        await _two.DoAsync("detach", "--domain", "5", "--kind", "rng", "--id", "0", "--force");
    }

    [Fact]
    public async Task Fifth_place_has_not_the_interrupt_of_ACPI()
    {
        _one.CreateDomain(5);
        string[] attach = ["attach", "-d", "5", "--timeout", "0"];
        var last = "";
        for (var device = 0; device < 5; device++)
            last = await _one.DoAsync(attach);
        Assert.EndsWith("virtio-mmio at 0xd0000800, irq 10\n", last, StringComparison.Ordinal);
        Assert.EndsWith("virtio-mmio at 0xd0000a00, irq 11\n", await _one.DoAsync(attach), StringComparison.Ordinal);
        var (code, _, error) = await _one.RunAsync([.. attach, "--irq", "9"]);
        Assert.Equal(2, code);
        Assert.Contains("--irq: 9 is ACPI's own in the guest; take another one", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_says_what_it_waits_for_if_that_takes_a_while()
    {
        _two.CreateDomain(5);
        string[] attach = ["attach", "rng", "-d", "5", "--timeout", "0.1"];
        Assert.DoesNotContain("waiting", (await _two.RunAsync(attach)).Error, StringComparison.Ordinal);
        _two.Patience = TimeSpan.Zero;
        const string Waiting = "virtio-two: waiting for `virtio-two serve`, up to 0.1 s\n";
        Assert.StartsWith(Waiting, (await _two.RunAsync(attach)).Error, StringComparison.Ordinal);
        var detached = await _two.RunAsync("detach", "-d", "5", "--kind", "rng", "--id", "0", "--timeout", "0.1");
        Assert.StartsWith(Waiting, detached.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mmio", true, 0)]
    [InlineData("pci", true, 0)]
    [InlineData("mmio", false, 1)]
    public async Task Simulation_plays_each_kind_and_says_whether_all_was_good(string transport, bool isGood, int code)
    {
        var kinds = new[] { Kind("rng", 4, Play), Kind("silent", 34), Kind("second", 4, driver => Play(driver) && isGood) };
        await using var machine = new HostedMachine(new HostProgram("virtio-three", "Three kinds.", kinds));
        var run = await machine.RunAsync("--simulate", "--transport", transport);
        Assert.Equal((code, ""), (run.Code, run.Error));
        Assert.Equal(2, run.Out.Split('\n').Count(static line => line.StartsWith("ready: text simulated, virtio-", StringComparison.Ordinal)));
        Assert.Equal(2, run.Out.Split('\n').Count(static line => line == "done: summed up"));
        Assert.All(kinds, static kind => Assert.True(kind.Script is null || kind.Events[^1] == "end of simulation"));
    }

    [Fact]
    public async Task Simulation_whose_device_does_not_end_in_order_is_not_good()
    {
        var kind = new TestKind(
            "rng", BackendKind.Virtio with { Types = [BackendKind.VirtioType(4)] }, static _ => new EntropyDevice())
        {
            Script = Play,
            IsDurable = false,
        };
        await using var machine = new HostedMachine(new HostProgram("virtio-one", "One kind.", [kind]));
        Assert.Equal(1, (await machine.RunAsync("--simulate")).Code);
    }

    [Fact]
    public async Task Simulation_of_nothing_is_refused() =>
        Assert.Equal(2, (await _two.RunAsync("serve", "--simulate")).Code);

    private static bool Play(VirtioDriver driver)
    {
        driver.Negotiate();
        var queue = driver.SetUpQueue(0, 8);
        driver.SetDriverOk();
        queue.Add(new GuestBuffer(driver.Allocator.Allocate(16), 16, DeviceWritable: true));
        driver.Notify(0);
        return driver.WaitUsed(queue).Length == 16;
    }

    private static TestKind Kind(string name, int type, Func<VirtioDriver, bool>? script = null) => new(
        name, BackendKind.Virtio with { Types = [BackendKind.VirtioType(type)] }, static _ => new EntropyDevice())
    {
        Script = script,
    };
}
