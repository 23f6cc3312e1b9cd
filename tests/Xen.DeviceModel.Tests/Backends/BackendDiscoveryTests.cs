using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xen.Store;
using Xen.Sys;

namespace Xen.DeviceModel.Tests.Backends;

/// <summary>Devices are found, described, answered and let go, whatever a toolstack does and in which order.</summary>
public sealed class BackendDiscoveryTests : IAsyncDisposable
{
    private readonly SimulatedToolstack _toolstack = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _toolstack.DisposeAsync();

    [Fact]
    public async Task Device_of_libxl_is_described_and_its_toolstack_sees_InitWait()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await using var watcher = new BackendWatcher(_toolstack);
        await _toolstack.AddAsync(id);
        var device = await watcher.NextAddedAsync(id);
        Assert.Equal((new DomainId(5), BackendTransport.Mmio, 0x02000000UL, 33), (device.Frontend, device.Transport, device.Base, device.Irq));
        Assert.Equal((XenbusState.Initialising, "/vm/a", false), (device.State, device.Incarnation, device.UsesGrants));
        Assert.Equal(("w", "/images/a.img", null), (device["mode"], device["params"], device["queues"]));
        Assert.True(await watcher.Discovery.AcceptAsync(device, Stop));
        Assert.Equal("2", await _toolstack.StateAsync(id));
    }

    [Fact]
    public async Task Generic_device_has_its_base_in_hexadecimal_and_its_type()
    {
        var id = new BackendDeviceId("virtio", new DomainId(7), 0);
        var keys = SimulatedToolstack.DiskKeys(id);
        (keys["type"], keys["base"], keys["grant_usage"]) = ("virtio,device22", "0x2000200", "1");
        keys.Remove("params");
        keys.Remove("mode");
        await _toolstack.CreateDomainAsync(7, "a");
        await _toolstack.AddAsync(id, keys);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        Assert.Equal((0x2000200UL, "virtio,device22", true), (device.Base, device["type"], device.UsesGrants));
    }

    [Fact]
    public async Task Device_of_a_type_that_is_not_looked_for_is_another_daemons()
    {
        var (i2c, gpio) = (new BackendDeviceId("virtio", new DomainId(7), 0), new BackendDeviceId("virtio", new DomainId(7), 1));
        await _toolstack.CreateDomainAsync(7, "a");
        await _toolstack.AddAsync(gpio, KeysOf(gpio, 41));
        await using var watcher = new BackendWatcher(
            _toolstack, new BackendDiscoveryOptions { Kinds = [BackendKind.Virtio with { Types = [BackendKind.VirtioType(34)] }] });
        await _toolstack.AddAsync(i2c, KeysOf(i2c, 34));
        var device = await watcher.NextAddedAsync(i2c);
        Assert.Equal("virtio,device22", device["type"]);
        // Closing it is its daemon's business.
        await _toolstack.BeginDetachAsync(gpio);
        await _toolstack.BeginDetachAsync(i2c);
        Assert.Same(device, await watcher.NextRemovedAsync(i2c, BackendRemovalReason.Closing));
        Assert.Equal("5", await _toolstack.StateAsync(gpio));

        static Dictionary<string, string> KeysOf(BackendDeviceId id, int deviceId) =>
            new(SimulatedToolstack.DiskKeys(id)) { ["type"] = BackendKind.VirtioType(deviceId) };
    }

    [Fact]
    public async Task Pci_device_needs_a_place_and_no_address()
    {
        var id = SimulatedToolstack.Disk(5);
        var keys = SimulatedToolstack.DiskKeys(id);
        keys["transport"] = "pci";
        keys["pci"] = "00:10.0";
        keys.Remove("base");
        keys.Remove("irq");
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id, keys);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        Assert.Equal((BackendTransport.Pci, "00:10.0", 0UL, 0), (device.Transport, device.PciSlot, device.Base, device.Irq));
    }

    [Fact]
    public async Task Keys_may_come_one_by_one_in_any_order()
    {
        var random = new Random(6);
        await using var watcher = new BackendWatcher(_toolstack);
        for (ushort domain = 1; domain <= 20; domain++)
        {
            var id = SimulatedToolstack.Disk(domain);
            var writes = SimulatedToolstack.DiskKeys(id)
                .Where(static key => key.Key is not ("removable" or "bootable" or "dev" or "type" or "device-type"
                    or "specification" or "online" or "transport" or "grant_usage"))
                .Select(key => KeyValuePair.Create($"{SimulatedToolstack.Back(id)}/{key.Key}", key.Value))
                .Append(KeyValuePair.Create($"{SimulatedToolstack.Front(id)}/state", "1"))
                .Append(KeyValuePair.Create("", ""))
                .ToArray();
            random.Shuffle(writes);
            foreach (var (path, value) in writes)
            {
                Assert.DoesNotContain(id, watcher.Devices.Keys);
                if (path.Length == 0)
                    _toolstack.Memory.IntroduceDomain(id.Frontend);
                else
                    await _toolstack.Store.WriteAsync(path, value, Stop);
            }

            var device = await watcher.NextAddedAsync(id);
            Assert.Equal(33, device.Irq);
        }
    }

    [Theory]
    [InlineData("base", "zero")]
    [InlineData("base", "")]
    [InlineData("base", "-1")]
    [InlineData("base", "0x")]
    [InlineData("base", "0x10000000000000000")]
    [InlineData("irq", "33 ")]
    [InlineData("irq", "4294967296")]
    [InlineData("irq", "0x21")]
    [InlineData("state", "7")]
    [InlineData("state", "")]
    [InlineData("state", "12")]
    [InlineData("mode", "rw")]
    [InlineData("transport", "ccw")]
    [InlineData("grant_usage", "yes")]
    [InlineData("frontend", "/local/domain/9/device/virtio_disk/51712")]
    [InlineData("frontend-id", "05")]
    public async Task Value_that_means_nothing_is_said_once_and_the_device_waits_for_a_better_one(string key, string value)
    {
        var logger = new RecordingLogger();
        var id = SimulatedToolstack.Disk(5);
        var keys = SimulatedToolstack.DiskKeys(id);
        var right = keys[key];
        keys[key] = value;
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id, keys);
        await using var watcher = new BackendWatcher(_toolstack, logger: logger);
        // Another device tells when the first one has been looked at.
        var marker = SimulatedToolstack.Disk(5, 1);
        await _toolstack.AddAsync(marker);
        await watcher.NextAddedAsync(marker);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(id)}/removable", "1", Stop);
        await _toolstack.RemoveAsync(marker);
        await watcher.NextRemovedAsync(marker, BackendRemovalReason.Unplugged);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(id)}/{key}", right, Stop);
        await watcher.NextAddedAsync(id);
        var line = Assert.Single(logger.Lines, static line => line.Level == LogLevel.Warning);
        Assert.StartsWith($"virtio_disk/5/51712 has {key} = '{value}'", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_that_is_no_text_harms_nobody()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(id)}/base", new byte[] { 0xff, 0, 0x80 }, Stop);
        await _toolstack.Store.WriteAsync("/local/domain/5/vm", new byte[] { 0xff }, Stop);
        var other = SimulatedToolstack.Disk(5, 1);
        await _toolstack.AddAsync(other);
        await using var watcher = new BackendWatcher(_toolstack);
        await watcher.NextAddedAsync(other);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(id)}/base", "512", Stop);
        Assert.Equal(512UL, (await watcher.NextAddedAsync(id)).Base);
    }

    [Fact]
    public async Task Removal_without_asking_is_noticed()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        await watcher.Discovery.AcceptAsync(device, Stop);
        await _toolstack.RemoveAsync(id);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Unplugged);
        Assert.False(await watcher.Discovery.AcceptAsync(device, Stop));
        Assert.False(await watcher.Discovery.CloseAsync(device, Stop));
        await watcher.Discovery.RefuseAsync(device, "too late", Stop);
        Assert.False(await _toolstack.Store.ExistsAsync(SimulatedToolstack.Back(id), Stop));
        Assert.False(await _toolstack.Store.ExistsAsync("/local/domain/0/error", Stop));
    }

    [Fact]
    public async Task Guests_end_that_goes_away_ends_the_device()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        await _toolstack.Store.RemoveAsync("/local/domain/5/device", Stop);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Unplugged);
        await watcher.Discovery.CloseAsync(device, Stop);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Front(id)}/state", "1", Stop);
        await watcher.NextAddedAsync(id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Guest_that_takes_its_end_away_again_and_again_is_reported_once_until_the_owner_is_done(bool isAccepted)
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        if (isAccepted)
            await watcher.Discovery.AcceptAsync(device, Stop);
        await _toolstack.Store.RemoveAsync(SimulatedToolstack.Front(id), Stop);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Unplugged);
        for (var i = 0; i < 5; i++)
        {
            await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Front(id)}/state", "1", Stop);
            await LookAgainAsync(watcher);
            await _toolstack.Store.RemoveAsync(SimulatedToolstack.Front(id), Stop);
            await LookAgainAsync(watcher);
        }

        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Front(id)}/state", "1", Stop);
        await watcher.Discovery.CloseAsync(device, Stop);
        var again = await watcher.NextAddedAsync(id);
        Assert.Equal(isAccepted ? XenbusState.InitWait : XenbusState.Initialising, again.State);
        Assert.True(await watcher.Discovery.AcceptAsync(again, Stop));
    }

    [Fact]
    public async Task Device_that_a_toolstack_makes_anew_waits_for_no_owner()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        await watcher.Discovery.AcceptAsync(await watcher.NextAddedAsync(id), Stop);
        await _toolstack.RemoveAsync(id);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Unplugged);
        await _toolstack.AddAsync(id);
        await watcher.NextAddedAsync(id);
    }

    [Fact]
    public async Task Closing_is_answered_with_Closed_once_the_device_is_let_go()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        await watcher.Discovery.AcceptAsync(device, Stop);
        await _toolstack.BeginDetachAsync(id);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Closing);
        Assert.Equal("5", await _toolstack.StateAsync(id));
        Assert.False(await watcher.Discovery.AcceptAsync(device, Stop));
        Assert.True(await watcher.Discovery.CloseAsync(device, Stop));
        Assert.Equal("6", await _toolstack.StateAsync(id));
        await _toolstack.RemoveAsync(id);
        await _toolstack.AddAsync(id);
        Assert.True(await watcher.Discovery.AcceptAsync(await watcher.NextAddedAsync(id), Stop));
    }

    [Fact]
    public async Task Device_that_its_owner_has_not_let_go_is_not_closed_by_a_later_look()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        await watcher.Discovery.AcceptAsync(device, Stop);
        await _toolstack.BeginDetachAsync(id);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Closing);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(id)}/removable", "1", Stop);
        await LookAgainAsync(watcher);
        Assert.Equal("5", await _toolstack.StateAsync(id));
        Assert.True(await watcher.Discovery.CloseAsync(device, Stop));
        Assert.Equal("6", await _toolstack.StateAsync(id));
    }

    [Fact]
    public async Task Directory_that_is_made_again_to_be_closed_waits_for_the_owner_of_the_device_before()
    {
        var id = SimulatedToolstack.Disk(5);
        var keys = SimulatedToolstack.DiskKeys(id);
        (keys["state"], keys["online"]) = ("5", "0");
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        await watcher.Discovery.AcceptAsync(device, Stop);
        await _toolstack.RemoveAsync(id);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Unplugged);
        await _toolstack.AddAsync(id, keys);
        await LookAgainAsync(watcher);
        Assert.Equal("5", await _toolstack.StateAsync(id));
        Assert.True(await watcher.Discovery.CloseAsync(device, Stop));
        Assert.Equal("6", await _toolstack.StateAsync(id));
    }

    [Fact]
    public async Task Owner_that_closes_nothing_is_heard_of_the_next_device()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await using var watcher = new BackendWatcher(_toolstack);
        for (var i = 0; i < 3; i++)
        {
            await _toolstack.AddAsync(id);
            Assert.True(await watcher.Discovery.AcceptAsync(await watcher.NextAddedAsync(id), Stop));
            await _toolstack.RemoveAsync(id);
            await watcher.NextRemovedAsync(id, BackendRemovalReason.Unplugged);
        }
    }

    [Fact]
    public async Task Device_that_was_never_served_is_closed_at_once()
    {
        var id = SimulatedToolstack.Disk(5);
        var keys = SimulatedToolstack.DiskKeys(id);
        (keys["state"], keys["online"]) = ("5", "0");
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id, keys);
        await using var watcher = new BackendWatcher(_toolstack);
        var next = watcher.NextAsync();
        await _toolstack.Store.WaitUntilAsync($"{SimulatedToolstack.Back(id)}/state", static state => state == "6", Stop);
        await _toolstack.RemoveAsync(id);
        await _toolstack.AddAsync(id);
        Assert.Equal((BackendChangeKind.Added, id), ((await next).Kind, (await next).Device.Id));
    }

    [Fact]
    public async Task Device_that_is_made_again_between_two_looks_is_another_one()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        await watcher.Discovery.AcceptAsync(await watcher.NextAddedAsync(id), Stop);
        await _toolstack.Store.TransactAsync(
            async transaction =>
            {
                await transaction.RemoveAsync(SimulatedToolstack.Back(id));
                foreach (var (name, value) in SimulatedToolstack.DiskKeys(id))
                    await transaction.WriteAsync($"{SimulatedToolstack.Back(id)}/{name}", value);
            },
            Stop);
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Replaced);
        await watcher.NextAddedAsync(id);
    }

    [Fact]
    public async Task Another_guest_with_the_same_number_is_another_guest()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        await watcher.Discovery.AcceptAsync(await watcher.NextAddedAsync(id), Stop);
        // Without a word about the device in between, and with the state as it was.
        await _toolstack.Store.WriteAsync("/local/domain/5/vm", "/vm/b", Stop);
        _toolstack.Memory.IntroduceDomain(new DomainId(6));
        await watcher.NextRemovedAsync(id, BackendRemovalReason.Replaced);
        Assert.Equal("/vm/b", (await watcher.NextAddedAsync(id)).Incarnation);
    }

    [Fact]
    public async Task Destroyed_guest_ends_its_devices_even_if_their_keys_stay()
    {
        var (first, second) = (SimulatedToolstack.Disk(5), SimulatedToolstack.Disk(6));
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.CreateDomainAsync(6, "b");
        await _toolstack.AddAsync(first);
        await _toolstack.AddAsync(second);
        await using var watcher = new BackendWatcher(_toolstack);
        await watcher.NextAsync();
        await watcher.NextAsync();
        _toolstack.Memory.DestroyDomain(new DomainId(5));
        await watcher.NextRemovedAsync(first, BackendRemovalReason.DomainEnded);
        Assert.Equal([second], watcher.Devices.Keys);
    }

    [Fact]
    public async Task Guest_that_shut_down_ends_its_devices_if_Xen_can_be_asked()
    {
        var id = SimulatedToolstack.Disk(5);
        var end = (DomainEnd?)null;
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(
            _toolstack, new BackendDiscoveryOptions { FindEnd = domain => domain.Value == 5 ? end : null });
        await watcher.NextAddedAsync(id);
        end = DomainEnd.Crash;
        _toolstack.Memory.ShutdownDomain(new DomainId(5));
        var change = await watcher.NextAsync();
        Assert.Equal((BackendRemovalReason.DomainEnded, DomainEnd.Crash), (change.Reason, change.End));
    }

    [Fact]
    public async Task Later_daemon_finds_what_an_earlier_one_served()
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using (var earlier = new BackendWatcher(_toolstack))
            await earlier.Discovery.AcceptAsync(await earlier.NextAddedAsync(id), Stop);
        await using var later = new BackendWatcher(_toolstack);
        var device = await later.NextAddedAsync(id);
        Assert.Equal(XenbusState.InitWait, device.State);
        Assert.True(await later.Discovery.AcceptAsync(device, Stop));
        Assert.Equal("2", await _toolstack.StateAsync(id));
    }

    [Fact]
    public async Task Reason_of_a_refusal_stands_in_the_store_until_the_device_is_served_or_gone()
    {
        const string Error = "/local/domain/0/error/backend/virtio_disk/5/51712/error";
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        var device = await watcher.NextAddedAsync(id);
        await watcher.Discovery.RefuseAsync(device, "no such image", Stop);
        Assert.Equal("no such image", await _toolstack.Store.ReadAsync(Error, Stop));
        Assert.True(await watcher.Discovery.AcceptAsync(device, Stop));
        Assert.False(await _toolstack.Store.ExistsAsync(Error, Stop));
        await watcher.Discovery.RefuseAsync(device, "again", Stop);
        await watcher.Discovery.CloseAsync(device, Stop);
        Assert.False(await _toolstack.Store.ExistsAsync(Error, Stop));
    }

    [Fact]
    public async Task Store_that_goes_away_and_comes_back_changes_nothing()
    {
        var (id, later) = (SimulatedToolstack.Disk(5), SimulatedToolstack.Disk(5, 1));
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(id);
        await using var watcher = new BackendWatcher(_toolstack);
        await watcher.NextAddedAsync(id);
        _toolstack.Memory.DisconnectAll();
        await _toolstack.AddAsync(later);
        await watcher.NextAddedAsync(later);
        Assert.Equal(2, watcher.Devices.Count);
    }

    [Theory]
    [InlineData("/local/domain/0/backend/virtio_disk/5x/1/state")]
    [InlineData("/local/domain/0/backend/virtio_disk/05/1/state")]
    [InlineData("/local/domain/0/backend/virtio_disk/65536/1/state")]
    [InlineData("/local/domain/0/backend/virtio_disk/32752/1/state")]
    [InlineData("/local/domain/0/backend/virtio_disk/5/-1/state")]
    [InlineData("/local/domain/0/backend/virtio_disk/5/4294967296/state")]
    [InlineData("/local/domain/0/backend/virtio_disk/5/@/a/b/c")]
    [InlineData("/local/domain/0/backend/virtio_disk/5")]
    [InlineData("/local/domain/0/backend/virtio_disk")]
    public async Task Path_that_names_no_device_is_passed_over(string path)
    {
        var id = SimulatedToolstack.Disk(5);
        await _toolstack.CreateDomainAsync(5, "a");
        await using var watcher = new BackendWatcher(_toolstack);
        await _toolstack.Store.WriteAsync(path, "1", Stop);
        await _toolstack.AddAsync(id);
        await watcher.NextAddedAsync(id);
    }

    [Theory]
    [InlineData(typeof(XenStoreConflictException))]
    [InlineData(typeof(XenStoreTimeoutException))]
    [InlineData(typeof(XenStoreDisconnectedException))]
    public async Task All_are_listed_only_when_each_could_be_read(Type failure)
    {
        var (first, second) = (SimulatedToolstack.Disk(5), SimulatedToolstack.Disk(6));
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.CreateDomainAsync(6, "b");
        await _toolstack.AddAsync(first);
        await _toolstack.AddAsync(second);
        var fails = true;
        await using var watcher = new BackendWatcher(_toolstack, new BackendDiscoveryOptions { FindEnd = FindEnd });
        await watcher.NextAddedAsync(first);
        // What is added meanwhile is found by another pass than the first one.
        await LookAgainAsync(watcher);
        Assert.False(watcher.Discovery.Listed.IsCompleted);
        Volatile.Write(ref fails, false);
        if (failure == typeof(XenStoreDisconnectedException))
            _toolstack.Memory.DisconnectAll();
        await watcher.NextAddedAsync(second);
        var next = watcher.NextAsync();
        await watcher.Discovery.Listed.WaitAsync(Stop);
        await _toolstack.RemoveAsync(first);
        await next;

        DomainEnd? FindEnd(DomainId domain)
        {
            if (domain.Value != 6 || !Volatile.Read(ref fails))
                return null;
            if (failure == typeof(XenStoreConflictException))
                throw new XenStoreConflictException(1);
            if (failure == typeof(XenStoreTimeoutException))
                throw new XenStoreTimeoutException("read", TimeSpan.FromSeconds(1));
            throw new XenStoreDisconnectedException("here", "a test", wasSent: true);
        }
    }

    [Fact]
    public async Task Device_that_may_not_be_read_is_said_once_and_the_others_go_on()
    {
        var logger = new RecordingLogger();
        var (hidden, other) = (SimulatedToolstack.Disk(6), SimulatedToolstack.Disk(5));
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.CreateDomainAsync(6, "b");
        await _toolstack.AddAsync(hidden);
        await _toolstack.AddAsync(other);
        var isHidden = true;
        await using var watcher = new BackendWatcher(
            _toolstack, new BackendDiscoveryOptions { FindEnd = FindEnd }, logger);
        await watcher.NextAddedAsync(other);
        await LookAgainAsync(watcher);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(hidden)}/removable", "1", Stop);
        await LookAgainAsync(watcher);
        var line = Assert.Single(logger.Lines, static line => line.Level == LogLevel.Warning);
        Assert.StartsWith($"{hidden} cannot be read, read failed: EACCES", line.Text, StringComparison.Ordinal);
        Assert.True(watcher.Discovery.Listed.IsCompleted);

        Volatile.Write(ref isHidden, false);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(hidden)}/removable", "0", Stop);
        await watcher.NextAddedAsync(hidden);
        // That it may not be read any more does not take it from the guest.
        Volatile.Write(ref isHidden, true);
        await _toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(hidden)}/removable", "1", Stop);
        await LookAgainAsync(watcher);
        Assert.Contains(hidden, watcher.Devices.Keys);

        DomainEnd? FindEnd(DomainId domain) => domain.Value == 6 && Volatile.Read(ref isHidden)
            ? throw new XenStoreReplyException(XenStoreError.AccessDenied, "EACCES", "read", "/a", 0)
            : null;
    }

    [Fact]
    public async Task Stream_is_for_one_reader()
    {
        await _toolstack.CreateDomainAsync(5, "a");
        await _toolstack.AddAsync(SimulatedToolstack.Disk(5));
        await using var watcher = new BackendWatcher(_toolstack);
        await watcher.NextAsync();
        await using var second = watcher.Discovery.WatchAsync(Stop).GetAsyncEnumerator(Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await second.MoveNextAsync());
    }

    // When a second change of another device is reported, what happened before the first one has been looked at.
    private async Task LookAgainAsync(BackendWatcher watcher)
    {
        var marker = SimulatedToolstack.Disk(5, 99);
        await _toolstack.AddAsync(marker);
        var device = await watcher.NextAddedAsync(marker);
        await _toolstack.RemoveAsync(marker);
        await watcher.NextRemovedAsync(marker, BackendRemovalReason.Unplugged);
        await watcher.Discovery.CloseAsync(device, Stop);
    }
}
