using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using VirtioHosting.Output;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Sys;
using Xen.Testing.I2c;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.I2c;

namespace VirtioHosting.Tests;

/// <summary>The daemon with kinds of any sort, on a simulated Xen.</summary>
public sealed class HostingTests : IAsyncDisposable
{
    private const int ChipAddress = 0x48;

    private static readonly BackendKind s_rng = BackendKind.Virtio with { Types = [BackendKind.VirtioType(4)] };
    private static readonly BackendKind s_i2c = BackendKind.Virtio with { Types = [BackendKind.VirtioType(34)] };

    private readonly SimulatedI2cBus _bus = new();
    private HostedMachine? _machine;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _machine?.DisposeAsync() ?? default;

    [Fact]
    public async Task Two_kinds_are_served_by_one_daemon_with_one_device_model()
    {
        var machine = Make(I2c(), Rng());
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        Assert.Equal(
            "virtio/5/0: text a, virtio-mmio at 0xd0000000, irq 5\n", await machine.DoAsync("attach", "i2c", "-d", "5", "--text", "a"));
        Assert.Equal(
            "virtio/5/1: text none, virtio-mmio at 0xd0000200, irq 6\n", await machine.DoAsync("attach", "rng", "-d", "guest5"));
        Assert.Equal("virtio,device22", await machine.Store.ReadAsync("/local/domain/0/backend/virtio/5/0/type", Stop));
        Assert.Equal("virtio,device4", await machine.Store.ReadAsync("/local/domain/0/backend/virtio/5/1/type", Stop));
        var guest = new SimulatedGuest(domain);
        var i2c = new I2cDriver(guest.AddMmioDriver(0xd0000000, 5));
        i2c.Start();
        Assert.Equal([I2cRequestStatus.Ok], i2c.Transfer(Read()));
        TakeBytes(guest.AddMmioDriver(0xd0000200, 6));
        Assert.Equal(1, domain.ServerCount);
        Assert.Equal(2, machine.Daemon.Devices.Count);
    }

    [Fact]
    public async Task Devices_of_other_types_are_left_alone_and_their_places_are_taken()
    {
        var machine = Make(Rng());
        machine.CreateDomain(5);
        machine.Store.Write("/libxl/5/type", "hvm");
        WriteForeign(machine, "virtio", 0, "0xd0000000", 5, "virtio,device1a");
        WriteForeign(machine, "virtio_disk", 0, "3489661440", 7, "standalone");
        await machine.StartDaemonAsync();
        // 0xd0000200 is the disk's, and 7 its interrupt.
        Assert.Equal("virtio/5/1: text none, virtio-mmio at 0xd0000600, irq 8\n", await machine.DoAsync("attach", "-d", "5"));
        Assert.Single(machine.Daemon.Devices);
        foreach (var kind in (string[])["virtio", "virtio_disk"])
        {
            Assert.Equal("1", await machine.Store.ReadAsync($"/local/domain/0/backend/{kind}/5/0/state", Stop));
            Assert.False(await machine.Store.ExistsAsync($"/local/domain/0/error/backend/{kind}/5/0", Stop));
        }

        Assert.Equal(2, (await machine.DoAsync("list")).Count(static letter => letter == '\n'));
        var refused = await machine.RunAsync("attach", "-d", "5", "--irq", "7");
        Assert.Equal(2, refused.Code);
        Assert.Contains("--irq: 7 is taken by another virtio device", refused.Error, StringComparison.Ordinal);
        Assert.Equal(
            "virtio-test: --id: domain 5 has a device virtio/0 already (type virtio,device1a); leave --id away for a free number\n",
            (await machine.RunAsync("attach", "-d", "5", "--id", "0")).Error);
    }

    [Theory]
    [InlineData(0, I2cRequestStatus.Ok, 2)]
    [InlineData(1, I2cRequestStatus.Error, 1)]
    public async Task Request_that_was_begun_when_the_daemon_was_killed_is_not_done_again(
        byte begun, I2cRequestStatus status, int transfers)
    {
        var machine = Make(I2c());
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        var driver = new I2cDriver(new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5));
        driver.Start();
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Read()));
        await machine.StopDaemonAsync();

        var journal = Directory.GetFiles(machine.Folder["run"], "queues.journal", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(journal);
        Assert.True(PositionWord.TryParse(BitConverter.ToUInt64(bytes), out var position));
        BitConverter.TryWriteBytes(bytes, PositionWord.Format(position with { Begun = begun }));
        File.WriteAllBytes(journal, bytes);
        driver.Add(Read(), hasNext: false);
        await machine.StartDaemonAsync();
        Assert.Equal([status], driver.Await());
        Assert.Equal(transfers, _bus.Transfers);
        Assert.Contains(machine.Log, static line => line.Contains("going on where", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Guest_that_is_taken_over_is_served_by_restricted_handles_while_one_of_its_devices_is_away()
    {
        var isAway = false;
        var machine = Make(I2c(), new TestKind("rng", s_rng, _ => isAway ? throw new IOException("away") : new EntropyDevice()));
        var (domain, other) = (machine.CreateDomain(5), machine.CreateDomain(6));
        IHypercallTransport? transport = null;
        var platform = machine.Xen.Linux.ToPlatform();
        machine.Platform = platform with { OpenTransport = () => transport = platform.OpenTransport() };
        var reached = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _bus.Plug(new I2cAddress(ChipAddress), new Chip(
            () => reached.TrySetResult(DmOp.GetVcpuCount(transport!, other.Id, out _).Errno)));
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "i2c", "-d", "5");
        await machine.DoAsync("attach", "rng", "-d", "5");
        var driver = new I2cDriver(new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5));
        driver.Start();
        await machine.StopDaemonAsync();
        isAway = true;
        // It is in the queue, and needs no access that the daemon answers.
        driver.Add(Read(), hasNext: false);
        await machine.StartDaemonAsync();
        Assert.Equal(XenAbi.XEN_EPERM, await reached.Task.WaitAsync(Stop));
        Assert.Single(machine.Daemon.Devices);
        isAway = false;
        Assert.Equal([I2cRequestStatus.Ok], driver.Await());
    }

    [Fact]
    public async Task Journal_has_what_was_begun_while_it_is_done()
    {
        var machine = Make(I2c());
        var domain = machine.CreateDomain(5);
        var during = new QueuePosition();
        _bus.Plug(new I2cAddress(ChipAddress), new Chip(() =>
        {
            var path = Directory.GetFiles(machine.Folder["run"], "queues.journal", SearchOption.AllDirectories).Single();
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[sizeof(ulong)];
            file.ReadExactly(bytes);
            Assert.True(PositionWord.TryParse(BitConverter.ToUInt64(bytes), out during));
        }));
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        var driver = new I2cDriver(new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5));
        driver.Start();
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Read()));
        Assert.Equal(1, during.Begun);
    }

    [Fact]
    public async Task Devices_of_two_directories_of_the_store_with_one_number_are_kept_apart()
    {
        var machine = Make(new TestKind("plate", BackendKind.VirtioDisk, static _ => new EntropyDevice()), Rng());
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "plate", "-d", "5");
        await machine.DoAsync("attach", "rng", "-d", "5");
        var guest = new SimulatedGuest(domain);
        var drivers = new[] { guest.AddMmioDriver(0xd0000000, 5), guest.AddMmioDriver(0xd0000200, 6) };
        var queues = drivers.Select(TakeBytes).ToArray();
        await machine.StopDaemonAsync();
        var state = Directory.GetDirectories(machine.Folder["run"]).Single();
        Assert.Equal(["0", "virtio-0"], Directory.GetDirectories(state).Select(Path.GetFileName).Order());
        await machine.StartDaemonAsync();
        Assert.Equal(2, machine.Daemon.Devices.Count(static device => device.IsRestored));
        for (var i = 0; i < drivers.Length; i++)
            TakeBytes(drivers[i], queues[i]);

        var ambiguous = await machine.RunAsync("detach", "-d", "5", "--id", "0");
        Assert.Equal(2, ambiguous.Code);
        Assert.Contains("has 2 devices 0 (plate, rng): say which with --kind", ambiguous.Error, StringComparison.Ordinal);
        Assert.Contains("has 2 virtio devices: say which with --id", (await machine.RunAsync("detach", "-d", "5")).Error, StringComparison.Ordinal);
        Assert.Equal("virtio/5/0: detached\n", await machine.DoAsync("detach", "-d", "5", "--kind", "rng", "--id", "0"));
        Assert.Equal("virtio_disk/5/0: detached\n", await machine.DoAsync("detach", "-d", "5", "--kind", "plate"));
        Assert.Empty(machine.Daemon.Devices);
    }

    [Theory]
    [InlineData("usage")]
    [InlineData("io")]
    [InlineData("access")]
    [InlineData("mistake")]
    public async Task Device_that_its_kind_cannot_open_is_refused_with_the_reason(string what)
    {
        Exception error = what switch
        {
            "usage" => new UsageException("the key is odd"),
            "io" => new IOException("the adapter is gone"),
            "access" => new UnauthorizedAccessException("run as root"),
            _ => new FormatException("an odd number"),
        };
        var isFaulty = true;
        var machine = Make(new TestKind("rng", s_rng, _ => isFaulty ? throw error : new EntropyDevice()));
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        var run = await machine.RunAsync("attach", "-d", "5");
        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.StartsWith("virtio-test: the daemon refuses the device: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"{error.Message}\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(what == "mistake", run.Error.Contains("this is a mistake in this program", StringComparison.Ordinal));
        Assert.Equal(0, domain.ServerCount);
        isFaulty = false;
        // Another text: the daemon may not have seen yet that the one before is gone.
        await machine.DoAsync("attach", "-d", "5", "--text", "b");
        TakeBytes(new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5));
    }

    [Fact]
    public async Task Device_that_cannot_go_on_begins_anew_and_the_log_says_what_to_do()
    {
        var machine = Make(new TestKind("rng", s_rng, static _ => new StubbornDevice()));
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        var driver = new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5);
        TakeBytes(driver);
        await machine.StopDaemonAsync();
        await machine.StartDaemonAsync();
        Assert.Equal(DeviceStatus.None, driver.Status);
        Assert.Contains(machine.Log, static line => line.Contains("must be bound or loaded again", StringComparison.Ordinal));
        Assert.DoesNotContain(machine.Log, static line => line.Contains("going on where", StringComparison.Ordinal));
        TakeBytes(driver);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Device_is_finished_then_disposed_and_the_daemon_says_whether_all_is_durable(bool isDurable)
    {
        var kind = new TestKind("rng", s_rng, static _ => new EntropyDevice()) { IsDurable = isDurable };
        var machine = Make(kind);
        machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        Assert.Equal(isDurable, await machine.StopDaemonAsync());
        Assert.Equal(["finish", "dispose"], kind.Events);
        Assert.Contains(machine.Log, static line => line.EndsWith("let go; summed up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Devices_of_a_guest_finish_at_the_same_time()
    {
        using var others = new Barrier(3);
        var isTogether = true;
        var machine = Make(new TestKind("rng", s_rng, static _ => new EntropyDevice())
        {
            Finishing = () => isTogether &= others.SignalAndWait(TimeSpan.FromSeconds(20), Stop),
        });
        machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        for (var device = 0; device < 3; device++)
            await machine.DoAsync("attach", "-d", "5");
        Assert.True(await machine.StopDaemonAsync());
        Assert.True(isTogether);
    }

    [Fact]
    public async Task Daemon_that_stops_waits_for_no_device_for_ever_and_the_next_one_goes_on_with_its_guest()
    {
        var isReleased = false;
        var finishing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var machine = Make(new TestKind("rng", s_rng, static _ => new EntropyDevice())
        {
            Finishing = () =>
            {
                finishing.TrySetResult();
                SpinWait.SpinUntil(() => Volatile.Read(ref isReleased), TimeSpan.FromSeconds(20));
            },
        });
        var domain = machine.CreateDomain(5);
        machine.LeaveLimit = TimeSpan.FromMilliseconds(100);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        var driver = new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5);
        var queue = TakeBytes(driver);
        Assert.False(await machine.StopDaemonAsync());
        Assert.Contains(machine.Log, static line => line.StartsWith("domain 5: its devices did not end", StringComparison.Ordinal));
        await finishing.Task.WaitAsync(Stop);
        await machine.StartDaemonAsync();
        Assert.True(Assert.Single(machine.Daemon.Devices).IsRestored);
        TakeBytes(driver, queue);
        Volatile.Write(ref isReleased, true);
    }

    [Fact]
    public async Task Program_with_all_kinds_takes_over_the_directory_of_one_with_one_kind()
    {
        var machine = Make(Rng());
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        var driver = new SimulatedGuest(domain).AddMmioDriver(0xd0000000, 5);
        var queue = TakeBytes(driver);
        await machine.StopDaemonAsync();
        await machine.StartDaemonAsync(new HostProgram("virtio-all", "All.", [I2c(), Rng()]));
        Assert.True(Assert.Single(machine.Daemon.Devices).IsRestored);
        TakeBytes(driver, queue);
        Assert.Equal(1, domain.ServerCount);
    }

    [Fact]
    public async Task Name_that_is_no_number_as_numbers_are_written_is_no_device()
    {
        var machine = Make(Rng());
        machine.CreateDomain(5);
        machine.Store.Write("/local/domain/0/backend/virtio/5/01/type", "virtio,device4");
        machine.Store.Write("/local/domain/0/backend/virtio/5/x/type", "virtio,device4");
        Assert.Equal(
            "virtio/5/0: text none, virtio-mmio at 0xd0000000, irq 5\n",
            await machine.DoAsync("attach", "-d", "5", "--timeout", "0"));
        Assert.Equal(2, (await machine.DoAsync("list")).Count(static letter => letter == '\n'));
    }

    [Fact]
    public async Task Device_of_a_PVH_guest_with_a_device_of_another_program_is_refused()
    {
        var machine = Make(Rng());
        machine.CreateDomain(5);
        WriteForeign(machine, "virtio", 3, "0xd0000000", 5, "virtio,device1a");
        var (code, _, error) = await machine.RunAsync("attach", "-d", "5");
        Assert.Equal(2, code);
        Assert.Equal(
            "virtio-test: domain 5 has a device virtio/3 (type virtio,device1a), which virtio-test does not serve; a PVH guest"
            + " has one device model: serve all its devices with virtio-host\n",
            error);
        Assert.False(await machine.Store.ExistsAsync("/local/domain/0/backend/virtio/5/0", Stop));
    }

    [Fact]
    public async Task Place_that_the_machine_refuses_is_the_users_business_and_leaves_nothing()
    {
        var machine = Make(Rng());
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        var taken = await machine.RunAsync("attach", "-d", "5", "--mmio", "0xfec00000");
        Assert.Equal(1, taken.Code);
        Assert.DoesNotContain("a mistake in this program", taken.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", taken.Error, StringComparison.Ordinal);
        Assert.Contains("virtio-mmio at 0xfec00000, irq 6: ", taken.Error, StringComparison.Ordinal);
        await machine.DoAsync("attach", "-d", "5", "--text", "b");
        TakeBytes(new SimulatedGuest(domain).AddMmioDriver(0xd0000200, 6));
    }

    [Fact]
    public async Task Device_that_cannot_be_kept_is_taken_out_of_the_machine_again()
    {
        var machine = Make(new TestKind("rng", s_rng, device => device["text"] == "unlucky"
            ? new StubbornDevice { Asked = () => Directory.CreateDirectory(Path.Combine(StateOf(device.Id), "device")) }
            : new EntropyDevice()));
        var domain = machine.CreateDomain(5);
        await machine.StartDaemonAsync();
        await machine.DoAsync("attach", "-d", "5");
        // What is written last cannot be: a directory is in its place.
        var run = await machine.RunAsync("attach", "-d", "5", "--text", "unlucky");
        Assert.Equal(1, run.Code);
        Assert.False(Directory.Exists(StateOf(new BackendDeviceId("virtio", new DomainId(5), 1))));
        await machine.DoAsync("attach", "-d", "5", "--text", "lucky");
        TakeBytes(new SimulatedGuest(domain).AddMmioDriver(0xd0000200, 6));

        string StateOf(BackendDeviceId id) =>
            Path.Combine(Directory.GetDirectories(_machine!.Folder["run"]).Single(), $"virtio-{id.Number}");
    }

    [Theory]
    [InlineData("virtio-host", "virtio-disk", ", or take them over with `virtio-host serve --run-dir ROOT/virtio-disk`")]
    [InlineData("virtio-host", "virtio-console", ", or take them over with `virtio-host serve --run-dir ROOT/virtio-console`")]
    [InlineData("virtio-i2c", "virtio-host", "")]
    [InlineData("virtio-i2c", "virtio-disk", null)]
    public async Task Guests_of_another_program_are_not_left_to_wait(string name, string before, string? way)
    {
        IDeviceKind[] kinds = name == "virtio-host" ? [I2c(), Rng()] : [I2c()];
        using var folder = new TemporaryFolder();
        var root = folder["root"];
        _machine = new HostedMachine(new HostProgram(name, "A test.", kinds) { RunRoot = root });
        var domain = _machine.CreateDomain(5);
        var state = Directory.CreateDirectory(Path.Combine(root, before, $"5-{domain.Handle}"));
        var complaint = $"{name}: {before} has left guests behind: start it again{way?.Replace("ROOT", root, StringComparison.Ordinal)}\n";

        // A guest that is there, but no server.
        Assert.NotEqual(complaint, (await _machine.RunAsync("serve")).Error);
        new GuestState(state.FullName).NoteServer(new IoreqServerId(1));
        var (code, _, error) = await _machine.RunAsync("serve");
        Assert.Equal(way is not null, error == complaint);
        Assert.NotEqual(0, code);
        // Another life of the same number.
        _machine.Store.Write("/local/domain/5/vm", "/vm/another");
        Assert.NotEqual(complaint, (await _machine.RunAsync("serve")).Error);
    }

    [Fact]
    public void Table_has_no_control_characters()
    {
        var table = new TextTable("A", "B");
        table.Add("a\x1b[2J", "b\n\t");
        var output = new StringWriter();
        table.Write(output);
        Assert.Equal("A      B\na?[2J  b??\n", output.ToString());
    }

    private static TestKind Rng() => new("rng", s_rng, static _ => new EntropyDevice());

    private TestKind I2c() => new("i2c", s_i2c, _ => new I2cDevice(_bus, new I2cDeviceOptions()));

    private HostedMachine Make(params IDeviceKind[] kinds)
    {
        _bus.Plug(new I2cAddress(ChipAddress), new SimulatedThermometer());
        return _machine = new HostedMachine(new HostProgram("virtio-test", "A test.", kinds));
    }

    private static I2cMessage Read() => new(new I2cAddress(ChipAddress), IsRead: true, new byte[2]);

    private static IGuestQueue TakeBytes(GuestDriver driver)
    {
        driver.Negotiate();
        var queue = driver.SetUpQueue(0, 8);
        driver.SetDriverOk();
        TakeBytes(driver, queue);
        return queue;
    }

    private static void TakeBytes(GuestDriver driver, IGuestQueue queue)
    {
        queue.Add(new GuestBuffer(driver.Allocator.Allocate(16), 16, DeviceWritable: true));
        driver.Notify(0);
        Assert.Equal(16U, driver.WaitUsed(queue).Length);
    }

    private static void WriteForeign(HostedMachine machine, string kind, int number, string address, int irq, string type)
    {
        foreach (var (name, value) in new (string, string)[]
        {
            ("frontend", $"/local/domain/5/device/{kind}/{number}"), ("frontend-id", "5"), ("online", "1"), ("state", "1"),
            ("transport", "mmio"), ("base", address), ("irq", $"{irq}"), ("type", type), ("mode", "w"), ("params", "x"),
        })
            machine.Store.Write($"/local/domain/0/backend/{kind}/5/{number}/{name}", value);
        machine.Store.Write($"/local/domain/5/device/{kind}/{number}/state", "1");
    }

    private sealed class Chip(Action asked) : II2cChip
    {
        public bool Write(ReadOnlySpan<byte> data) => true;

        public bool Read(Span<byte> data)
        {
            asked();
            return true;
        }
    }
}
