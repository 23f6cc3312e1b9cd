using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using VirtioDisk.Control;
using VirtioDisk.Disks;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Qcow2;

namespace VirtioDisk.Tests;

/// <summary>The daemon on a simulated Xen: guests with drivers that reach their disks by accesses of vCPUs.</summary>
public sealed class DaemonTests : IAsyncDisposable
{
    private readonly SimulatedHost _host = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Guest_reads_and_writes_its_disk()
    {
        var domain = _host.CreateDomain(5);
        var image = _host.Folder.Image("a.img", value: 7);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", image, "--serial", "S1");
        var driver = StartMmio(domain);
        Assert.Equal(2048UL, driver.CapacitySectors);
        Assert.Equal("S1", driver.GetId());
        Check(driver, 3, 7);
        Write(driver, 3, 9);
        Assert.Equal(BlockRequestStatus.Ok, driver.Flush());
        Check(driver, 3, 9);
        await _host.StopDaemonAsync();
        Assert.Equal(9, File.ReadAllBytes(image)[3 * 512]);
    }

    [Fact]
    public async Task Hvm_guest_finds_its_disk_on_the_pci_bus()
    {
        var domain = _host.CreateDomain(5, SimulatedDomainKind.Hvm);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7), "--transport", "pci", "--queues", "2");
        var driver = StartPci(domain);
        Check(driver, 3, 7);
        Write(driver, 3, 9);
        Check(driver, 3, 9);
    }

    [Theory]
    [InlineData(false, "both", VirtioFeatures.RingPacked)]
    [InlineData(false, "split", 0)]
    [InlineData(true, "both", VirtioFeatures.RingPacked)]
    [InlineData(true, "split", 0)]
    public async Task Packed_queues_are_offered_unless_the_disk_has_split_ones_alone(bool isPci, string ring, ulong offered)
    {
        var domain = _host.CreateDomain(5, isPci ? SimulatedDomainKind.Hvm : SimulatedDomainKind.Pvh);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7), "--transport", isPci ? "pci" : "mmio", "--ring", ring);
        var driver = isPci ? StartPci(domain, ulong.MaxValue) : StartMmio(new SimulatedGuest(domain), 0, ulong.MaxValue);
        Assert.Equal(offered, driver.Features & VirtioFeatures.RingPacked);
        Check(driver, 3, 7);
        Write(driver, 3, 9);
        Check(driver, 3, 9);
    }

    [Fact]
    public async Task Disks_of_a_guest_share_one_device_model()
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        for (var disk = 0; disk < 3; disk++)
            await _host.AttachAsync("5", _host.Folder.Image($"{disk}.img", value: (byte)(disk + 1)));
        Assert.Equal(1, domain.ServerCount);
        var guest = new SimulatedGuest(domain);
        var drivers = Enumerable.Range(0, 3).Select(disk => StartMmio(guest, disk)).ToArray();
        for (var disk = 0; disk < 3; disk++)
            Check(drivers[disk], 0, (byte)(disk + 1));
        var run = await ToolRun.OfAsync(_host.Memory.Endpoint(), "detach", "-d", "5", "--id", "1");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Check(drivers[0], 1, 1);
        Check(drivers[2], 1, 3);
        Assert.Equal(uint.MaxValue, domain.Vcpus[0].Read(0xd0000200, 4));
    }

    [Fact]
    public async Task Many_guests_are_served_at_once()
    {
        const int Guests = 12;
        await _host.StartDaemonAsync();
        var domains = Enumerable.Range(1, Guests).Select(id => _host.CreateDomain((ushort)id)).ToArray();
        await Task.WhenAll(domains.Select(domain =>
            _host.AttachAsync(domain.Id.ToString(), _host.Folder.Image($"{domain.Id}.img", value: (byte)domain.Id.Value))));
        Parallel.ForEach(domains, domain =>
        {
            var driver = StartMmio(domain);
            for (var sector = 0UL; sector < 50; sector++)
            {
                Check(driver, sector, (byte)domain.Id.Value);
                Write(driver, sector, (byte)(domain.Id.Value + 100));
                Check(driver, sector, (byte)(domain.Id.Value + 100));
            }
        });
        Assert.Equal(Guests, _host.Daemon.Devices.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Guest_goes_on_when_the_daemon_is_started_again(bool isPci)
    {
        var domain = _host.CreateDomain(5, isPci ? SimulatedDomainKind.Hvm : SimulatedDomainKind.Pvh);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7), isPci ? ["--transport", "pci"] : []);
        var driver = isPci ? StartPci(domain) : StartMmio(domain);
        for (byte round = 1; round <= 4; round++)
        {
            Write(driver, round, round);
            await _host.StopDaemonAsync();
            Assert.Equal(1, domain.ServerCount);
            await _host.StartDaemonAsync();
            Check(driver, round, round);
        }

        Assert.Equal(1, domain.ServerCount);
    }

    [Fact]
    public async Task State_of_a_moment_ago_is_enough_as_a_kill_leaves_it()
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7));
        var driver = StartMmio(domain);
        for (byte round = 1; round <= 5; round++)
        {
            // As if the daemon had been killed after the answer and before it was noted.
            CopyFiles(_host.RunDirectory, _host.Folder["before"]);
            Write(driver, round, round);
            await _host.StopDaemonAsync();
            CopyFiles(_host.Folder["before"], _host.RunDirectory);
            await _host.StartDaemonAsync();
            Check(driver, round, round);
            Check(driver, 20, 7);
        }
    }

    [Fact]
    public async Task Writes_that_a_qcow2_image_has_not_flushed_survive_a_kill()
    {
        var domain = _host.CreateDomain(5);
        var image = _host.Folder["a.qcow2"];
        Qcow2Backend.Create(image, new Qcow2CreateOptions { Size = 1 << 20 });
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", image, "--format", "qcow2");
        var driver = StartMmio(domain);
        for (byte round = 1; round <= 3; round++)
        {
            Write(driver, 200UL * round, round);

            // What a kill leaves: files as they are now, and not as an end in order makes them.
            CopyLocked(_host.RunDirectory, _host.Folder["before"]);
            CopyLocked(image, image + ".before");
            await _host.StopDaemonAsync();
            File.Copy(image + ".before", image, overwrite: true);
            CopyFiles(_host.Folder["before"], _host.RunDirectory);
            await _host.StartDaemonAsync();
            for (byte before = 1; before <= round; before++)
                Check(driver, 200UL * before, before);
        }
    }

    [Fact]
    public async Task Running_guest_waits_for_an_image_that_is_away()
    {
        var domain = _host.CreateDomain(5);
        var image = _host.Folder.Image("a.img", value: 7);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", image);
        var driver = StartMmio(domain);
        Check(driver, 1, 7);
        await _host.StopDaemonAsync();
        File.Move(image, image + ".away");
        await _host.StartDaemonAsync();
        var read = Task.Run(() => Check(driver, 2, 7), Stop);
        File.Move(image + ".away", image);
        await read;
        Assert.Equal("2", await _host.Store.ReadAsync("/local/domain/0/backend/virtio_disk/5/0/state", Stop));
    }

    [Fact]
    public async Task Several_disks_go_on_together_before_the_guest_is_answered()
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("0.img", value: 1));
        await _host.AttachAsync("5", _host.Folder.Image("1.img", value: 2));
        var guest = new SimulatedGuest(domain);
        var (first, second) = (StartMmio(guest, 0), StartMmio(guest, 1));
        Check(first, 0, 1);
        await _host.StopDaemonAsync();
        // The guest asks while nobody is there, and waits.
        var read = Task.Run(() => Check(second, 0, 2), Stop);
        await _host.StartDaemonAsync();
        await read;
        Check(first, 5, 1);
    }

    [Fact]
    public async Task Destroyed_guest_is_let_go_and_the_others_go_on()
    {
        var (first, second) = (_host.CreateDomain(5), _host.CreateDomain(6));
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img"));
        await _host.AttachAsync("6", _host.Folder.Image("b.img", value: 2));
        StartMmio(first);
        var driver = StartMmio(second);
        await _host.DestroyDomainAsync(first);
        await WaitForDisksAsync(1);
        Assert.Equal(0, _host.Xen.Linux.CountMappings(first.Id));
        Check(driver, 0, 2);
        // The image is free again.
        File.Open(_host.Folder["a.img"], FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        while (Directory.GetDirectories(_host.RunDirectory).Length != 1)
            await Task.Delay(5, Stop);
    }

    [Fact]
    public async Task Nothing_is_kept_of_domains_that_are_gone()
    {
        var (served, plain) = (_host.CreateDomain(5), _host.CreateDomain(6));
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img"));
        Assert.Equal(1, _host.Daemon.GuestCount);
        await _host.DestroyDomainAsync(plain);
        await _host.DestroyDomainAsync(served);
        while (_host.Daemon.GuestCount != 0)
            await Task.Delay(5, Stop);
    }

    [Fact]
    public async Task Another_guest_with_the_number_of_an_ended_one_gets_its_own_disk()
    {
        var first = _host.CreateDomain(5, uuid: "one");
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 1));
        Check(StartMmio(first), 0, 1);
        await _host.DestroyDomainAsync(first);
        await WaitForDisksAsync(0);
        var second = _host.CreateDomain(5, uuid: "two");
        await _host.AttachAsync("5", _host.Folder.Image("b.img", value: 2));
        Check(StartMmio(second), 0, 2);
    }

    [Fact]
    public async Task Device_that_cannot_be_served_is_refused_with_the_reason_and_can_be_mended()
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        var image = _host.Folder.Image("a.img", value: 1);
        foreach (var (reason, options) in new (string, string[])[]
        {
            ("is RAM of domain 5", ["--mmio", "0x1000"]),
            ("overlaps", ["--mmio", "0xfec00000"]),
        })
        {
            var run = await ToolRun.OfAsync(_host.Memory.Endpoint(), ["attach", "-d", "5", "-i", image, .. options]);
            Assert.Equal(1, run.Code);
            Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, domain.ServerCount);
        await _host.AttachAsync("5", image);
        Check(StartMmio(domain), 0, 1);
    }

    [Fact]
    public async Task State_of_guests_that_are_gone_is_removed_and_what_else_is_there_stays()
    {
        foreach (var name in (string[])["5-dead", "77-none", "other", "notes-of-mine"])
            Directory.CreateDirectory(Path.Combine(_host.RunDirectory, name));
        await _host.StartDaemonAsync();
        Assert.Equal(["notes-of-mine", "other"], Directory.GetDirectories(_host.RunDirectory).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("transport.state")]
    [InlineData("queues.journal")]
    [InlineData("ioapic.state")]
    [InlineData("server")]
    public async Task Damaged_state_is_tolerated_and_a_driver_that_is_loaded_again_works(string name)
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7));
        Check(StartMmio(domain), 0, 7);
        await _host.StopDaemonAsync();
        var file = Directory.EnumerateFiles(_host.RunDirectory, name, SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(file);
        var random = new Random(1);
        random.NextBytes(bytes);
        File.WriteAllBytes(file, bytes);
        if (name == "server")
        {
            // Without its number, the server cannot be taken over: a PVH guest is refused until it is gone.
            Assert.True(DmOp.DestroyIoreqServer(_host.Xen, domain.Id, new IoreqServerId(0)).IsSuccess);
        }

        await _host.StartDaemonAsync();
        await WaitForDisksAsync(1);
        Check(StartMmio(domain), 0, 7);
    }

    [Fact]
    public async Task Daemon_that_cannot_look_for_devices_any_longer_ends()
    {
        _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img"));
        // Devices are watched once, so that this fails as a lost store does.
        await Assert.ThrowsAsync<InvalidOperationException>(() => _host.Daemon.RunAsync(Stop));
        Assert.Empty(_host.Daemon.Devices);
    }

    [Fact]
    public async Task What_was_said_about_an_earlier_disk_is_no_refusal()
    {
        var domain = _host.CreateDomain(5);
        await _host.Store.WriteAsync("/local/domain/0/error/backend/virtio_disk/5/0/error", "no such image", Stop);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7));
        Check(StartMmio(domain), 0, 7);
    }

    [Fact]
    public async Task Guest_whose_ports_are_still_bound_is_taken_over_when_they_are_free()
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7));
        var driver = StartMmio(domain);
        await _host.StopDaemonAsync();
        _host.Xen.Linux.Faults.Fail(KernelCall.Ioctl, errno: 22, device: "/dev/xen/evtchn", times: 3);
        await _host.StartDaemonAsync();
        Check(driver, 0, 7);
        Assert.Equal(1, domain.ServerCount);
    }

    [Fact]
    public async Task Server_of_a_guest_whose_disks_were_taken_away_meanwhile_is_ended()
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7));
        StartMmio(domain);
        await _host.StopDaemonAsync();
        Assert.Equal(1, domain.ServerCount);
        await _host.Store.RemoveAsync("/local/domain/0/backend/virtio_disk/5/0", Stop);
        await _host.Store.RemoveAsync("/local/domain/5/device/virtio_disk/0", Stop);
        await _host.StartDaemonAsync();
        Assert.Equal(0, domain.ServerCount);
        await _host.AttachAsync("5", _host.Folder.Image("b.img", value: 8));
        Check(StartMmio(domain), 0, 8);
    }

    [Fact]
    public async Task Guest_goes_on_though_the_store_lost_that_its_disk_was_accepted()
    {
        const string State = "/local/domain/0/backend/virtio_disk/5/0/state";
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img", value: 7));
        var driver = StartMmio(domain);
        Write(driver, 1, 1);
        await _host.StopDaemonAsync();
        await _host.Store.WriteAsync(State, "1", Stop);
        await _host.StartDaemonAsync();
        Check(driver, 1, 1);
        Assert.Equal("2", await _host.Store.ReadAsync(State, Stop));
    }

    [Fact]
    public async Task Disk_that_is_attached_again_begins_anew()
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        for (byte value = 1; value <= 2; value++)
        {
            await _host.AttachAsync("5", _host.Folder.Image("a.img", value: value));
            // Not set up, unlike the one before.
            Assert.Equal(0U, domain.Vcpus[0].Read(0xd0000070, 4));
            Check(StartMmio(domain), 0, value);
            var run = await ToolRun.OfAsync(_host.Memory.Endpoint(), "detach", "-d", "5", "--id", "0");
            Assert.Equal((0, ""), (run.Code, run.Error));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Guest_is_taken_over_when_the_last_of_its_disks_is_there_or_withdrawn(bool isWithdrawn)
    {
        var domain = _host.CreateDomain(5);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("0.img", value: 1));
        var image = _host.Folder.Image("1.img", value: 2);
        await _host.AttachAsync("5", image);
        var guest = new SimulatedGuest(domain);
        var (first, second) = (StartMmio(guest, 0), StartMmio(guest, 1));
        await _host.StopDaemonAsync();
        File.Move(image, image + ".away");
        await _host.StartDaemonAsync();
        await WaitForDisksAsync(1);
        var read = Task.Run(() => domain.Vcpus[1].Read(0xd0000200, 4), Stop);
        if (isWithdrawn)
        {
            var run = await ToolRun.OfAsync(_host.Memory.Endpoint(), "detach", "-d", "5", "--id", "1");
            Assert.Equal((0, ""), (run.Code, run.Error));
            Assert.Equal(uint.MaxValue, await read);
        }
        else
        {
            File.Move(image + ".away", image);
            // "virt", and not all ones.
            Assert.Equal(0x74726976U, await read);
            Check(second, 0, 2);
        }

        Check(first, 0, 1);
    }

    [Fact]
    public async Task Memory_of_a_guest_that_is_gone_is_let_go_before_flushes_that_fail()
    {
        var domain = _host.CreateDomain(5);
        var mappings = new ConcurrentQueue<int>();
        _host.OpenImage = (image, logging) => new FlushHook(ImageOpener.Open(image, logging), () =>
        {
            mappings.Enqueue(_host.Xen.Linux.CountMappings(domain.Id));
            throw new InvalidOperationException("a mistake");
        });
        await _host.StartDaemonAsync();
        foreach (var name in (string[])["a.img", "b.img"])
            await _host.AttachAsync("5", _host.Folder.Image(name, value: 7));
        Check(StartMmio(domain), 0, 7);
        await _host.DestroyDomainAsync(domain);
        await WaitForDisksAsync(0);
        while (Directory.GetDirectories(_host.RunDirectory).Length != 0)
            await Task.Delay(5, Stop);
        Assert.NotEmpty(mappings);
        Assert.All(mappings, static count => Assert.Equal(0, count));
        Assert.Equal(0, _host.Xen.Linux.CountMappings(domain.Id));
        foreach (var name in (string[])["a.img", "b.img"])
            File.Open(_host.Folder[name], FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Memory_of_a_guest_that_ends_while_its_disks_are_let_go_does_not_wait_for_them(
        bool isDestroyedFirst, bool isXenAsked)
    {
        var domain = _host.CreateDomain(5);
        var mappings = new ConcurrentQueue<int>();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // As a server that is away does: it answers when the guest is gone, or much later.
        _host.OpenImage = (image, logging) => new FlushHook(ImageOpener.Open(image, logging), () =>
        {
            asked.TrySetResult();
            SpinWait.SpinUntil(() => _host.Xen.Linux.CountMappings(domain.Id) == 0, TimeSpan.FromSeconds(20));
            mappings.Enqueue(_host.Xen.Linux.CountMappings(domain.Id));
            return BlockResult.Success;
        });
        if (isXenAsked)
            _host.FindEnd = _ => domain.IsDying ? DomainEnd.Destroyed : null;
        await _host.StartDaemonAsync();
        foreach (var name in (string[])["a.img", "b.img"])
            await _host.AttachAsync("5", _host.Folder.Image(name, value: 7));
        Check(StartMmio(domain), 0, 7);
        if (isDestroyedFirst)
            domain.Destroy();
        // Nothing is released yet: toolstacks take the devices away before they destroy the guest.
        await _host.RemoveKeysAsync(domain);
        await asked.Task.WaitAsync(Stop);
        domain.Destroy();
        if (!isXenAsked)
            _host.Memory.DestroyDomain(domain.Id);
        while (mappings.Count != 2)
            await Task.Delay(5, Stop);
        Assert.Equal([0, 0], mappings);
    }

    [Theory]
    [InlineData(BlockResult.Success, true)]
    [InlineData(BlockResult.Failure, false)]
    public async Task Daemon_that_stops_says_whether_all_is_on_the_disks(BlockResult flush, bool isDurable)
    {
        _host.CreateDomain(5);
        _host.OpenImage = (image, logging) => new FlushHook(ImageOpener.Open(image, logging), () => flush);
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", _host.Folder.Image("a.img"));
        Assert.Equal(isDurable, await _host.StopDaemonAsync());
    }

    [Fact]
    public async Task Second_daemon_is_refused()
    {
        await _host.StartDaemonAsync();
        var error = Assert.Throws<ToolException>(() => VirtioHosting.State.RunDirectory.Open(_host.RunDirectory, DiskProgram.Name));
        Assert.Contains("Another `virtio-disk serve` runs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_that_grew_is_seen_by_the_guest_after_a_resize()
    {
        var domain = _host.CreateDomain(5);
        var image = _host.Folder.Image("a.img");
        await _host.StartDaemonAsync();
        await _host.AttachAsync("5", image);
        var driver = StartMmio(domain);
        // As administrators do it, who do not ask for the lock.
        using (var truncate = Process.Start("truncate", ["--size", "2M", image]))
            await truncate.WaitForExitAsync(Stop);
        Assert.Equal((2048UL, 4096UL), (DiskAnswers.Resize(_host.Daemon, new DomainId(5), 0)[0].Before, driver.CapacitySectors));
        Write(driver, 4095, 1);
    }

    private static void CopyFiles(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, file);
            if (name == "lock")
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
            File.WriteAllBytes(Path.Combine(to, name), ReadShared(file));
        }
    }

    // .NET does not open what another has locked.
    private static void CopyLocked(string from, string to)
    {
        using var copy = Process.Start("cp", ["-aT", from, to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private async Task WaitForDisksAsync(int count)
    {
        while (_host.Daemon.Devices.Count != count)
            await Task.Delay(5, Stop);
    }

    private static BlockDriver StartMmio(SimulatedDomain domain) => StartMmio(new SimulatedGuest(domain), 0);

    private static BlockDriver StartMmio(SimulatedGuest guest, int disk, ulong features = ~VirtQueueFeatures.Supported)
    {
        var driver = new BlockDriver(guest.AddMmioDriver(0xd0000000 + ((ulong)disk * 0x200), 5 + disk));
        driver.Start(features, queueSize: 8);
        return driver;
    }

    private static BlockDriver StartPci(SimulatedDomain domain, ulong features = ~VirtQueueFeatures.Supported)
    {
        var guest = new SimulatedGuest(domain).AddPciDriver(new PciAddress(0, 0, 0x10, 0));
        guest.Probe();
        var driver = new BlockDriver(guest);
        driver.Start(features, queueSize: 8);
        return driver;
    }

    private static void Check(BlockDriver driver, ulong sector, byte value)
    {
        var data = new byte[512];
        Assert.Equal(BlockRequestStatus.Ok, driver.Read(sector, data));
        Assert.All(data, found => Assert.Equal(value, found));
    }

    private static void Write(BlockDriver driver, ulong sector, byte value)
    {
        var data = new byte[512];
        Array.Fill(data, value);
        Assert.Equal(BlockRequestStatus.Ok, driver.Write(sector, data));
    }
}
