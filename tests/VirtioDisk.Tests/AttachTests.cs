using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;
using Xen.Sys;
using Xen.Testing.Store;

namespace VirtioDisk.Tests;

/// <summary>attach, detach and list, on a store in memory, with a daemon that answers as one should.</summary>
public sealed class AttachTests : IAsyncDisposable
{
    private readonly InMemoryXenStore _memory = new();
    private readonly XenStoreClient _store;
    private readonly TemporaryFolder _folder = new();

    public AttachTests()
    {
        _store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = _memory.Endpoint() });
        AddDomain(5, "web", "pvh");
        AddDomain(6, "mail", "hvm");
        AddDomain(7, "old", "pv");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Disk_stands_in_the_store_as_libxl_would_write_it()
    {
        var image = _folder.Image("a.img");
        var run = await RunAsync("attach", "--domain", "web", "--image", image, "--timeout", "0");
        Assert.Equal((0, $"virtio_disk/5/0: {image} (raw), virtio-mmio at 0xd0000000, irq 5\n", ""), (run.Code, run.Out, run.Error));
        const string Back = "/local/domain/0/backend/virtio_disk/5/0";
        // By these, xl takes the disk away with its guest.
        Assert.Equal(Back, await _store.ReadAsync("/libxl/5/device/virtio_disk/0/backend", Stop));
        Assert.Equal("/local/domain/5/device/virtio_disk/0", await _store.ReadAsync("/libxl/5/device/virtio_disk/0/frontend", Stop));
        Assert.Equal(["n0"], (await _store.GetPermissionsAsync("/libxl/5/device/virtio_disk/0/params", Stop)).Select(static entry => entry.ToString()));
        Assert.Equal("both", await _store.ReadAsync($"{Back}/ring", Stop));
        Assert.Equal("3489660928", await _store.ReadAsync($"{Back}/base", Stop));
        Assert.Equal("/local/domain/5/device/virtio_disk/0", await _store.ReadAsync($"{Back}/frontend", Stop));
        Assert.Equal(Back, await _store.ReadAsync("/local/domain/5/device/virtio_disk/0/backend", Stop));
        Assert.Equal(["n0", "r5"], (await _store.GetPermissionsAsync($"{Back}/params", Stop)).Select(static entry => entry.ToString()));
        Assert.Equal(["n5", "r0"], (await _store.GetPermissionsAsync("/local/domain/5/device/virtio_disk/0", Stop)).Select(static entry => entry.ToString()));
    }

    [Fact]
    public async Task What_attach_writes_is_complete_for_a_daemon()
    {
        await using var daemon = new AnsweringDaemon(_memory);
        var run = await RunAsync("attach", "-d", "5", "-i", _folder.Image("a.img"), "--read-only", "--queues", "4", "--ring", "split", "--serial", "S1");
        Assert.Equal(0, run.Code);
        var device = await daemon.Served.Task.WaitAsync(Stop);
        Assert.Equal((0xd0000000UL, 5, "r", "4", "raw", "S1"), (device.Base, device.Irq, device["mode"], device["queues"], device["format"], device["serial"]));
        Assert.Equal("split", device["ring"]);
    }

    [Fact]
    public async Task Places_are_free_ones_and_come_back_when_a_disk_goes()
    {
        string[] places = ["0xd0000000, irq 5", "0xd0000200, irq 6", "0xd0000400, irq 7"];
        for (var number = 0; number < places.Length; number++)
            Assert.EndsWith($"at {places[number]}\n", (await AttachAsync("5", $"{number}.img")).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("detach", "-d", "5", "--id", "1", "--force")).Code);
        Assert.StartsWith("virtio_disk/5/1: ", (await AttachAsync("5", "1.img")).Out, StringComparison.Ordinal);
        Assert.EndsWith("at 00:10.0\n", (await AttachAsync("6", "a.img", "--transport", "pci")).Out, StringComparison.Ordinal);
        Assert.EndsWith("at 00:11.0\n", (await AttachAsync("6", "b.img", "--transport", "pci")).Out, StringComparison.Ordinal);
        Assert.EndsWith("at 00:1f.0\n", (await AttachAsync("6", "c.img", "--transport", "pci", "--pci", "0:1F.0")).Out, StringComparison.Ordinal);
        Assert.EndsWith("at 0xd0000000, irq 5\n", (await AttachAsync("6", "d.img")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "there is no guest '9'", "--domain", "9")]
    [InlineData(2, "there is no guest 'nobody'", "--domain", "nobody")]
    [InlineData(2, "0 is not a guest", "--domain", "0")]
    [InlineData(2, "is a PV guest", "--domain", "old")]
    [InlineData(2, "has no PCI bus: use mmio", "--domain", "web", "--transport", "pci")]
    [InlineData(2, "'00:00.0' is no place on the PCI bus", "--domain", "mail", "--transport", "pci", "--pci", "00:00.0")]
    [InlineData(2, "'1.0' is no place on the PCI bus", "--domain", "mail", "--transport", "pci", "--pci", "1.0")]
    [InlineData(2, "--pci is for --transport pci", "--domain", "web", "--pci", "00:10.0")]
    [InlineData(2, "are for --transport mmio", "--domain", "mail", "--transport", "pci", "--irq", "5")]
    [InlineData(2, "is not a multiple of 0x200", "--domain", "web", "--mmio", "0xd0000100")]
    [InlineData(2, "--queues: '0' is not a number from 1 to 64", "--domain", "web", "--queues", "0")]
    [InlineData(2, "'many' is not a number from 1 to 64", "--domain", "web", "--queues", "many")]
    [InlineData(2, "'packed'", "--domain", "web", "--ring", "packed")]
    [InlineData(2, "'-1' is not a number of seconds", "--domain", "web", "--timeout", "-1")]
    [InlineData(2, "--serial: 1 to 20", "--domain", "web", "--serial", "123456789012345678901")]
    [InlineData(2, "'vhd'", "--domain", "web", "--format", "vhd")]
    [InlineData(2, "is to be an nbd URI", "--domain", "web", "--format", "nbd")]
    public async Task What_cannot_be_is_refused_and_nothing_is_written(int code, string message, params string[] options)
    {
        var run = await RunAsync(["attach", "--image", _folder.Image("a.img"), .. options]);
        Assert.Equal((code, ""), (run.Code, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error, static letter => letter == '\n');
        Assert.False(await _store.ExistsAsync("/local/domain/0/backend", Stop));
    }

    [Theory]
    [InlineData("none.img", "does not exist")]
    [InlineData("empty.img", "empty")]
    public async Task Image_that_cannot_be_served_is_refused(string name, string message)
    {
        _folder.Image("empty.img", 0);
        var run = await RunAsync("attach", "--domain", "5", "--image", _folder[name]);
        Assert.Equal(1, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(await _store.ExistsAsync("/local/domain/0/backend", Stop));
    }

    [Fact]
    public async Task Place_number_or_interrupt_that_is_taken_is_refused()
    {
        await AttachAsync("5", "a.img");
        Assert.Contains("--id: domain 5 has a device virtio_disk/0 already (type standalone); leave --id away", (await AttachAsync("5", "b.img", "--id", "0")).Error, StringComparison.Ordinal);
        Assert.Contains("0xd0000000 is taken", (await AttachAsync("5", "b.img", "--mmio", "0xd0000000")).Error, StringComparison.Ordinal);
        Assert.Contains("--irq: 5 is taken", (await AttachAsync("5", "b.img", "--irq", "5")).Error, StringComparison.Ordinal);
        await AttachAsync("6", "c.img", "--transport", "pci");
        Assert.Contains("00:10.0 is taken", (await AttachAsync("6", "d.img", "--transport", "pci", "--pci", "00:10.0")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_attach_says_what_to_do_and_the_keys_stay()
    {
        var run = await RunAsync("attach", "-d", "5", "-i", _folder.Image("a.img"), "--timeout", "0.05");
        Assert.Equal(5, run.Code);
        Assert.Contains("is `virtio-disk serve` running", run.Error, StringComparison.Ordinal);
        Assert.True(await _store.ExistsAsync("/local/domain/0/backend/virtio_disk/5/0", Stop));
        Assert.Equal(5, (await RunAsync("detach", "-d", "5", "--timeout", "0.05")).Code);
        Assert.Equal(0, (await RunAsync("detach", "-d", "5", "--force")).Code);
        Assert.False(await _store.ExistsAsync("/local/domain/0/backend/virtio_disk/5/0", Stop));
        Assert.False(await _store.ExistsAsync("/local/domain/5/device/virtio_disk/0", Stop));
    }

    [Fact]
    public async Task Refusal_of_the_daemon_is_told_and_takes_the_keys_back()
    {
        await using var daemon = new AnsweringDaemon(_memory) { Refusal = "the address is RAM" };
        var run = await RunAsync("attach", "-d", "5", "-i", _folder.Image("a.img"));
        Assert.Equal((1, "virtio-disk: the daemon refuses the disk: the address is RAM\n"), (run.Code, run.Error));
        Assert.False(await _store.ExistsAsync("/local/domain/0/backend/virtio_disk/5/0", Stop));
        Assert.False(await _store.ExistsAsync("/local/domain/0/error/backend/virtio_disk/5/0", Stop));
    }

    [Fact]
    public async Task Detach_waits_for_the_daemon_and_removes_all()
    {
        await using var daemon = new AnsweringDaemon(_memory);
        await RunAsync("attach", "-d", "web", "-i", _folder.Image("a.img"));
        var run = await RunAsync("detach", "-d", "web");
        Assert.Equal((0, "virtio_disk/5/0: detached\n"), (run.Code, run.Out));
        Assert.False(await _store.ExistsAsync("/local/domain/0/backend/virtio_disk/5/0", Stop));
        Assert.False(await _store.ExistsAsync("/libxl/5/device/virtio_disk/0", Stop));
        Assert.Equal(1, daemon.Closed);
        Assert.Equal(2, (await RunAsync("detach", "-d", "web")).Code);
    }

    [Fact]
    public async Task What_a_guest_left_behind_can_be_detached()
    {
        await AttachAsync("5", "a.img");
        _memory.DestroyDomain(new DomainId(5));
        Assert.Equal(0, (await RunAsync("detach", "-d", "5", "--force")).Code);
        Assert.Equal("[]\n", (await RunAsync("list", "--json")).Out);
    }

    [Fact]
    public async Task Detach_of_one_of_several_needs_its_number()
    {
        await AttachAsync("5", "a.img");
        await AttachAsync("5", "b.img");
        var run = await RunAsync("detach", "-d", "5", "--force");
        Assert.Equal(2, run.Code);
        Assert.Contains("has 2 virtio disks: say which with --id", run.Error, StringComparison.Ordinal);
        Assert.Contains("has no virtio disk 7", (await RunAsync("detach", "-d", "5", "--id", "7")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_shows_every_disk_in_a_table_and_as_JSON()
    {
        await AttachAsync("5", "a.img");
        await AttachAsync("6", "b.img", "--transport", "pci", "--read-only", "--queues", "2");
        await _store.WriteAsync("/local/domain/0/backend/virtio_disk/5/0/state", "2", Stop);
        await _store.WriteAsync("/local/domain/0/error/backend/virtio_disk/6/0/error", "no such image", Stop);
        var lines = (await RunAsync("list")).Out.Split('\n');
        Assert.Equal("GUEST  DOMAIN  DEVID  STATE    PLACE                  FORMAT  MODE  QUEUES  IMAGE", lines[0]);
        Assert.Equal($"web         5      0  served   mmio 0xd0000000 irq 5  raw     w          1  {_folder["a.img"]}", lines[1]);
        Assert.Equal($"mail        6      0  refused  pci 00:10.0            raw     r          2  {_folder["b.img"]} (no such image)", lines[2]);
        using var json = JsonDocument.Parse((await RunAsync("list", "--json", "-d", "mail")).Out);
        var disk = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(("mail", 6, "00:10.0", true), (disk.GetProperty("guest").GetString(), disk.GetProperty("domain").GetInt32(), disk.GetProperty("pci").GetString(), disk.GetProperty("readOnly").GetBoolean()));
        Assert.Equal("[]\n", (await RunAsync("list", "--json", "-d", "7")).Out);
    }

    [Fact]
    public async Task Directory_that_a_stranger_half_wrote_does_not_stop_list()
    {
        await _store.WriteAsync("/local/domain/0/backend/virtio_disk/5/3", "", Stop);
        await _store.WriteAsync("/local/domain/0/backend/virtio_disk/5/4/base", new byte[] { 0xff }, Stop);
        await _store.WriteAsync("/local/domain/0/backend/virtio_disk/x/y/base", "1", Stop);
        var run = await RunAsync("list");
        Assert.Equal(0, run.Code);
        Assert.Contains("incomplete", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_attaches_at_once_take_two_places()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => AttachAsync("5", $"{number}.img")));
        Assert.Equal(8, runs.Select(static run => run.Out.Split("at ")[1]).Distinct().Count());
    }

    [Fact]
    public async Task Store_that_is_not_there_is_exit_code_4()
    {
        _memory.RefusesConnections = true;
        Assert.Equal(4, (await RunAsync("list")).Code);
    }

    private Task<ToolRun> AttachAsync(string domain, string image, params string[] options) => RunAsync(
        ["attach", "--domain", domain, "--image", _folder.Image(image), "--timeout", "0", .. options]);

    private Task<ToolRun> RunAsync(params string[] words) => ToolRun.OfAsync(_memory.Endpoint(), words);

    private void AddDomain(ushort id, string name, string type)
    {
        _memory.IntroduceDomain(new DomainId(id));
        _store.Write($"/local/domain/{id}/name", name);
        _store.Write($"/libxl/{id}/type", type);
    }
}
