using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Sys;

namespace Xen.DeviceModel.Tests.Backends;

/// <summary>Whatever a toolstack does, the devices that are reported become those that are to be served.</summary>
public sealed class BackendModelTests
{
    private const int Operations = 60;
    private const ushort Domains = 4;
    private const uint Numbers = 3;
    private static readonly DomainId MarkerDomain = new(100);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Reported_devices_are_those_of_the_model(int seed)
    {
        var random = new Random(seed);
        await using var toolstack = new SimulatedToolstack();
        await toolstack.CreateDomainAsync(MarkerDomain.Value, "marker");
        await using var watcher = new BackendWatcher(toolstack);
        var model = new Model();
        for (var round = 0u; round < 5; round++)
        {
            for (var operation = 0; operation < Operations; operation++)
                await DoAsync(random, toolstack, model);
            await SettleAsync(toolstack, watcher, round);
            var reported = watcher.Devices
                .Where(static entry => entry.Key.Frontend != MarkerDomain)
                .ToDictionary(static entry => entry.Key, static entry => (entry.Value.Incarnation, entry.Value["params"]));
            Assert.Equal(
                model.Served.OrderBy(static entry => entry.Key.ToString(), StringComparer.Ordinal),
                reported.OrderBy(static entry => entry.Key.ToString(), StringComparer.Ordinal));
        }
    }

    // Two devices in a row, each reported only after all that was changed before it was made has been looked at.
    private static async Task SettleAsync(SimulatedToolstack toolstack, BackendWatcher watcher, uint round)
    {
        foreach (var number in (uint[])[2 * round, (2 * round) + 1])
        {
            // Events of domains come by another watch.
            toolstack.Memory.IntroduceDomain(new DomainId((ushort)(200 + number)));
            var marker = SimulatedToolstack.Disk(MarkerDomain.Value, number);
            await toolstack.AddAsync(marker);
            while (!watcher.Devices.ContainsKey(marker))
            {
                var change = await watcher.NextAsync();
                if (change.Kind == BackendChangeKind.Added && change.Device.Id.Number % 2 == 0)
                    await watcher.Discovery.AcceptAsync(change.Device, Stop);
                else if (change.Kind == BackendChangeKind.Removed)
                    await watcher.Discovery.CloseAsync(change.Device, Stop);
            }
        }
    }

    private static async Task DoAsync(Random random, SimulatedToolstack toolstack, Model model)
    {
        var domain = (ushort)(1 + random.Next(Domains));
        var id = SimulatedToolstack.Disk(domain, (uint)random.Next((int)Numbers));
        var image = $"/images/{random.Next(3)}";
        switch (random.Next(9))
        {
            case 0:
                await model.CreateAsync(toolstack, domain, random.Next(3));
                break;
            case 1:
                await toolstack.DestroyDomainAsync(domain);
                model.Destroy(domain);
                break;
            case 2 or 3 or 4:
                var keys = SimulatedToolstack.DiskKeys(id, image);
                await toolstack.AddAsync(id, keys);
                model.Add(id, image);
                break;
            case 5:
                await toolstack.RemoveAsync(id);
                model.Remove(id);
                break;
            case 6 when model.Has(id):
                await toolstack.BeginDetachAsync(id);
                model.Remove(id);
                break;
            case 7 when model.Has(id):
                await toolstack.Store.WriteAsync($"{SimulatedToolstack.Back(id)}/params", image, Stop);
                model.Add(id, image);
                break;
            case 8 when model.Has(id):
                // A key less, and the device is not complete.
                await toolstack.Store.RemoveAsync($"{SimulatedToolstack.Back(id)}/params", Stop);
                model.Remove(id);
                break;
            default:
                await toolstack.Store.WriteAsync($"/local/domain/{domain}/noise", image, Stop);
                break;
        }
    }

    /// <summary>What should be served.</summary>
    private sealed class Model
    {
        private readonly Dictionary<ushort, string> _lives = [];
        private readonly Dictionary<BackendDeviceId, string> _images = [];

        internal Dictionary<BackendDeviceId, (string Incarnation, string? Image)> Served => _images
            .Where(entry => _lives.ContainsKey(entry.Key.Frontend.Value))
            .ToDictionary(
                static entry => entry.Key,
                entry => (_lives[entry.Key.Frontend.Value], (string?)entry.Value));

        internal bool Has(BackendDeviceId id) => _images.ContainsKey(id);

        internal async Task CreateAsync(SimulatedToolstack toolstack, ushort domain, int life)
        {
            await toolstack.CreateDomainAsync(domain, $"{life}");
            _lives[domain] = $"/vm/{life}";
        }

        internal void Destroy(ushort domain)
        {
            _lives.Remove(domain);
            // The guest's directories are gone with it, and those of the back end have no other end.
            foreach (var id in _images.Keys.Where(id => id.Frontend.Value == domain).ToArray())
                _images.Remove(id);
        }

        internal void Add(BackendDeviceId id, string image) => _images[id] = image;

        internal void Remove(BackendDeviceId id) => _images.Remove(id);
    }
}
