using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.DeviceModel;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Devices;

/// <summary>The devices in the XenStore.</summary>
/// <param name="host">The program.</param>
/// <param name="store">The store.</param>
internal sealed class DeviceCatalog(HostProgram host, XenStoreClient store)
{
    private readonly GuestDirectory _guests = new(store);

    /// <summary>All of libxl's names of virtio devices: they share what places a guest has.</summary>
    internal static IReadOnlyList<string> StoreKinds { get; } = [BackendKind.VirtioDisk.Name, BackendKind.Virtio.Name];

    /// <summary>The program's devices of all guests, in order.</summary>
    /// <param name="kind">One kind only; null for all.</param>
    /// <param name="stop">Gives up.</param>
    internal async Task<List<DeviceEntry>> AllAsync(IDeviceKind? kind, CancellationToken stop)
    {
        var domains = new SortedSet<ushort>();
        foreach (var storeKind in host.Set.StoreKinds)
        {
            foreach (var text in await _guests.TryListAsync(DevicePaths.All(storeKind), stop))
            {
                if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != 0)
                    domains.Add(id);
            }
        }

        var devices = new List<DeviceEntry>();
        foreach (var domain in domains)
            devices.AddRange(await OfGuestAsync(new DomainId(domain), kind, stop));
        return devices;
    }

    /// <summary>The program's devices of a guest, in order.</summary>
    /// <param name="domain">The guest.</param>
    /// <param name="kind">One kind only; null for all.</param>
    /// <param name="stop">Gives up.</param>
    internal async Task<List<DeviceEntry>> OfGuestAsync(DomainId domain, IDeviceKind? kind, CancellationToken stop)
    {
        var devices = new List<DeviceEntry>();
        foreach (var storeKind in host.Set.StoreKinds)
            await AddAsync(devices, storeKind, domain, stop);
        return devices.FindAll(device => KindOf(device) is { } found && (kind is null || found == kind));
    }

    /// <summary>All virtio devices of a guest, whoever serves them.</summary>
    internal async Task<List<DeviceEntry>> TakenAsync(DomainId domain, CancellationToken stop)
    {
        var devices = new List<DeviceEntry>();
        foreach (var storeKind in StoreKinds.Union(host.Set.StoreKinds))
            await AddAsync(devices, storeKind, domain, stop);
        return devices;
    }

    /// <summary>The kind that a device is of; null if it is somebody else's.</summary>
    internal IDeviceKind? KindOf(DeviceEntry device) => host.Set.Find(device.Paths.Kind, device.Find("type"));

    /// <summary>The device of a guest that a user means.</summary>
    /// <param name="domain">The guest.</param>
    /// <param name="kind">Its kind; null if the user did not say one.</param>
    /// <param name="number">Its number; null if the user expects that there is one only.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ToolException">There is none, or not one only.</exception>
    internal async Task<DeviceEntry> ChooseAsync(DomainId domain, IDeviceKind? kind, uint? number, CancellationToken stop)
    {
        var devices = await OfGuestAsync(domain, kind, stop);
        var noun = kind is null || host.Set.Only is not null ? host.Set.Noun : $"{kind.Name} device";
        if (number is not { } wanted)
        {
            return devices.Count == 1
                ? devices[0]
                : throw new ToolException(ExitCode.Usage, devices.Count == 0
                    ? $"domain {domain} has no virtio {noun}"
                    : $"domain {domain} has {devices.Count} virtio {noun}s: say which with --id; `{host.Name} list` shows them");
        }

        var found = devices.FindAll(device => device.Paths.Number == wanted);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ToolException(
                ExitCode.Usage,
                $"domain {domain} has no virtio {noun} {wanted}; `{host.Name} list` shows those that there are"),
            _ => throw new ToolException(
                ExitCode.Usage,
                $"domain {domain} has {found.Count} devices {wanted}"
                + $" ({string.Join(", ", found.Select(device => KindOf(device)!.Name))}): say which with --kind"),
        };
    }

    private async Task AddAsync(List<DeviceEntry> devices, string storeKind, DomainId domain, CancellationToken stop)
    {
        var found = new List<DeviceEntry>();
        foreach (var text in await _guests.TryListAsync($"{DevicePaths.All(storeKind)}/{domain}", stop))
        {
            if (DevicePaths.TryParseNumber(text, out var number)
                && await FindAsync(new DevicePaths(storeKind, domain, number), stop) is { } device)
                found.Add(device);
        }

        devices.AddRange(found.OrderBy(static device => device.Paths.Number));
    }

    private async Task<DeviceEntry?> FindAsync(DevicePaths paths, CancellationToken stop)
    {
        try
        {
            var node = await store.SnapshotAsync(paths.Backend, stop);
            return DeviceEntry.Of(paths, node, await ErrorAsync(paths, stop));
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            return null;
        }
    }

    private async Task<string?> ErrorAsync(DevicePaths paths, CancellationToken stop) =>
        await store.TryReadBytesAsync($"{paths.Error}/error", stop) is { } text ? Encoding.UTF8.GetString(text) : null;
}
