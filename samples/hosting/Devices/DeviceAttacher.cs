using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Xen.DeviceModel;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Devices;

/// <summary>Gives a guest a device: writes the keys that xl writes on Arm, in one transaction.</summary>
/// <param name="host">The program.</param>
/// <param name="store">The store.</param>
internal sealed class DeviceAttacher(HostProgram host, XenStoreClient store)
{
    private readonly GuestDirectory _guests = new(store);

    /// <summary>Finds the guest, and checks that it can have devices.</summary>
    /// <param name="domain">The guest, by id or name.</param>
    /// <param name="isPci">Whether the device is to be on the PCI bus.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ToolException">The guest is not there, or cannot have it.</exception>
    internal async Task<DomainId> FindGuestAsync(string domain, bool isPci, CancellationToken stop)
    {
        var id = await _guests.FindAsync(domain, stop);
        var type = await _guests.TypeAsync(id, stop);
        CheckType(type, id, isPci);
        // On Arm, a guest has its interrupt controller of Xen, and as many device models as it likes.
        if (type == "pvh" && RuntimeInformation.ProcessArchitecture == Architecture.X64)
            await CheckOthersAsync(id, stop);
        return id;
    }

    /// <summary>Chooses what was not said, and writes the keys.</summary>
    /// <returns>The device, and where the guest finds it.</returns>
    /// <exception cref="ToolException">The guest cannot have it.</exception>
    internal async Task<(DevicePaths Paths, DevicePlace Place)> WriteAsync(DeviceRequest request, CancellationToken stop)
    {
        var domain = request.Domain;
        var catalog = new DeviceCatalog(host, store);
        while (true)
        {
            var taken = await catalog.TakenAsync(domain, stop);
            var picker = new PlacePicker(taken);
            var place = request.IsPci ? picker.Pci(request.PciSlot) : picker.Mmio(request.Base, request.Irq);
            var storeKind = request.Kind.Backend.Name;
            var paths = new DevicePaths(storeKind, domain, request.Number ?? picker.Number(storeKind));
            if (taken.Find(device => device.Paths == paths) is { } same)
                throw new ToolException(
                    ExitCode.Usage,
                    $"--id: domain {domain} has {Name(same)} already{Type(same)}; leave --id away for a free number");
            var count = taken.Count(device => catalog.KindOf(device) == request.Kind);
            if (await TryWriteAsync(paths, Keys(paths, place, request, count), request.Kind, taken, stop))
                return (paths, place);
        }
    }

    /// <summary>Waits until the daemon serves the device.</summary>
    /// <param name="paths">The device.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="timeout">How long the daemon may take.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ToolException">It refuses, or does not say anything.</exception>
    internal async Task WaitAsync(DevicePaths paths, IDeviceKind kind, TimeSpan timeout, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(timeout);
        var served = store.WaitUntilAsync($"{paths.Backend}/state", static state => state is null or "2" or "4", end.Token).AsTask();
        var refused = store.WaitUntilAsync($"{paths.Error}/error", static text => text is not null, end.Token).AsTask();
        try
        {
            var first = await Task.WhenAny(served, refused);
            var answer = await first;
            if (first == refused)
            {
                await new DeviceDetacher(host, store).RemoveAsync(paths, stop);
                throw new ToolException(ExitCode.Failure, $"the daemon refuses the {kind.Noun}: {answer}");
            }

            if (answer is null)
                throw new ToolException(ExitCode.Failure, $"somebody removed {paths.Backend}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            var which = host.Set.Only is null ? $" --kind {kind.Name}" : "";
            throw new ToolException(
                ExitCode.Timeout,
                $"no daemon serves the {kind.Noun} after {timeout.TotalSeconds:0.#} s: is `{host.Name} serve` running"
                + $" (systemctl status {host.Name})? The {kind.Noun} is served as soon as it is;"
                + $" `{host.Name} detach --domain {paths.Domain}{which} --id {paths.Number} --force` takes it back");
        }
        finally
        {
            await end.CancelAsync();
            await ((Task)Task.WhenAll(served, refused)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void CheckType(string? type, DomainId domain, bool isPci)
    {
        if (type == "pv")
            throw new ToolException(
                ExitCode.Usage, $"domain {domain} is a PV guest, which has no emulated devices: use type = \"pvh\" or \"hvm\" in its xl.cfg");
        if (type == "pvh" && isPci)
            throw new ToolException(
                ExitCode.Usage, $"--transport: domain {domain} is a PVH guest, which has no PCI bus: use mmio");
    }

    // Interrupts of virtio-mmio devices go through the guest's I/O APIC, and that is one process's.
    private async Task CheckOthersAsync(DomainId domain, CancellationToken stop)
    {
        var catalog = new DeviceCatalog(host, store);
        if ((await catalog.TakenAsync(domain, stop)).Find(device => catalog.KindOf(device) is null) is not { } other)
            return;
        var all = host.Set.Only is null ? "" : ": serve all its devices with virtio-host";
        throw new ToolException(
            ExitCode.Usage,
            $"domain {domain} has {Name(other)}{Type(other)}, which {host.Name} does not serve; a PVH guest has one"
                + $" device model{all}");
    }

    private static string Name(DeviceEntry device) => $"a device {device.Paths.Kind}/{device.Paths.Number}";

    private static string Type(DeviceEntry device) => device.Find("type") is { } type ? $" (type {type})" : "";

    private async Task<bool> TryWriteAsync(
        DevicePaths paths,
        List<KeyValuePair<string, string>> keys,
        IDeviceKind kind,
        List<DeviceEntry> taken,
        CancellationToken stop) => await store.TransactAsync(
        async transaction =>
        {
            // Somebody else was faster, perhaps with a device of another kind in the same place: choose again.
            if (await transaction.ExistsAsync(paths.Backend, stop) || !await IsAllAsync(transaction, paths.Domain, taken, stop))
                return false;
            // What was said about an earlier device of this number is no answer to this one.
            if (await transaction.ExistsAsync(paths.Error, stop))
                await transaction.RemoveAsync(paths.Error, stop);
            await WriteAsync(transaction, paths.Frontend, FrontendKeys(paths, kind), paths.Domain, default(DomainId), stop);
            await WriteAsync(transaction, paths.Backend, keys, default, paths.Domain, stop);
            if (await transaction.ExistsAsync($"/libxl/{paths.Domain}", stop))
                await WriteAsync(
                    transaction, paths.Libxl, [new("backend", paths.Backend), .. keys], default, reader: null, stop);
            return true;
        },
        stop);

    // Of a device that came meanwhile, only its number shows; what is no number is no device.
    private static async Task<bool> IsAllAsync(
        XenStoreTransaction transaction, DomainId domain, List<DeviceEntry> taken, CancellationToken stop)
    {
        foreach (var storeKind in DeviceCatalog.StoreKinds)
        {
            var directory = $"{DevicePaths.All(storeKind)}/{domain}";
            if (!await transaction.ExistsAsync(directory, stop))
                continue;
            foreach (var name in await transaction.ListAsync(directory, stop))
            {
                if (DevicePaths.TryParseNumber(name, out var number)
                    && !taken.Exists(device => device.Paths == new DevicePaths(storeKind, domain, number)))
                    return false;
            }
        }

        return true;
    }

    private static async Task WriteAsync(
        XenStoreTransaction transaction,
        string directory,
        IReadOnlyList<KeyValuePair<string, string>> keys,
        DomainId owner,
        DomainId? reader,
        CancellationToken stop)
    {
        List<XenStorePermission> permissions = [new(XenStoreAccessRights.None, owner)];
        if (reader is { } other)
            permissions.Add(new(XenStoreAccessRights.Read, other));
        await transaction.MakeDirectoryAsync(directory, stop);
        await transaction.SetPermissionsAsync(directory, permissions, stop);
        foreach (var (name, value) in keys)
        {
            await transaction.WriteAsync($"{directory}/{name}", value, stop);
            await transaction.SetPermissionsAsync($"{directory}/{name}", permissions, stop);
        }
    }

    private static KeyValuePair<string, string>[] FrontendKeys(DevicePaths paths, IDeviceKind kind) =>
    [
        new("backend", paths.Backend),
        new("backend-id", "0"),
        new("state", "1"),
        .. kind.FrontendKeys(paths.Number),
    ];

    private static List<KeyValuePair<string, string>> Keys(
        DevicePaths paths, DevicePlace place, DeviceRequest request, int count)
    {
        var kind = request.Kind;
        List<KeyValuePair<string, string>> keys =
        [
            new("frontend", paths.Frontend),
            new("frontend-id", paths.Domain.ToString()),
            new("online", "1"),
            new("state", "1"),
            new("transport", place.IsPci ? "pci" : "mmio"),
            new("grant_usage", "0"),
            // Two with the same keys, one right after the other, are two: what was between, a daemon may not have seen.
            new("instance", Guid.NewGuid().ToString("N")),
        ];
        if (kind.Backend.Types is { Count: > 0 } types)
            keys.Add(new("type", types[0]));
        keys.AddRange(kind.KeysOfNext(count));
        keys.AddRange(request.Keys);
        if (place.IsPci)
            keys.Add(new("pci", place.PciSlot));
        else
            keys.AddRange([new("base", Base(place, kind)), new("irq", place.Irq.ToString(CultureInfo.InvariantCulture))]);
        return keys;
    }

    // As libxl does.
    private static string Base(DevicePlace place, IDeviceKind kind) => kind.Backend.Name == BackendKind.VirtioDisk.Name
        ? place.Base.ToString(CultureInfo.InvariantCulture)
        : $"0x{place.Base:x}";
}
