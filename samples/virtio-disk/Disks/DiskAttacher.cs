using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Store;
using Xen.Sys;

namespace VirtioDisk.Disks;

/// <summary>Gives a guest a disk: writes the keys that xl writes on Arm, in one transaction.</summary>
/// <param name="store">The store.</param>
internal sealed class DiskAttacher(XenStoreClient store)
{
    private readonly GuestDirectory _guests = new(store);

    /// <summary>Checks a request and writes its keys.</summary>
    /// <returns>The disk, and where the guest finds it.</returns>
    /// <exception cref="ToolException">The guest cannot have it.</exception>
    internal async Task<(DiskPaths Paths, DiskPlace Place)> WriteAsync(DiskRequest request, CancellationToken stop)
    {
        var domain = await _guests.FindAsync(request.Domain, stop);
        CheckType(await _guests.TypeAsync(domain, stop), domain, request.IsPci);

        // What cannot be opened now cannot be opened by the daemon either, and here is the one who can do something.
        (ImageOpener.Open(request.Image, NullLoggerFactory.Instance) as IDisposable)?.Dispose();

        while (true)
        {
            var taken = await new DiskCatalog(store).OfGuestAsync(domain, stop);
            var picker = new PlacePicker(taken);
            var place = request.IsPci ? picker.Pci(request.PciSlot) : picker.Mmio(request.Base, request.Irq);
            var paths = new DiskPaths(domain, request.Number ?? picker.Number());
            if (taken.Exists(disk => disk.Paths == paths))
                throw new ToolException(
                    ExitCode.Usage, $"--id: domain {domain} has a virtio disk {paths.Number} already");
            if (await TryWriteAsync(paths, place, request, taken.Count, stop))
                return (paths, place);
        }
    }

    /// <summary>Waits until the daemon serves the disk.</summary>
    /// <exception cref="ToolException">It refuses, or does not say anything.</exception>
    internal async Task WaitAsync(DiskPaths paths, TimeSpan timeout, CancellationToken stop)
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
                await new DiskDetacher(store).RemoveAsync(paths, stop);
                throw new ToolException(ExitCode.Failure, $"the daemon refuses the disk: {answer}");
            }

            if (answer is null)
                throw new ToolException(ExitCode.Failure, $"somebody removed {paths.Backend}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ToolException(
                ExitCode.Timeout,
                $"no daemon serves the disk after {timeout.TotalSeconds:0.#} s: is `virtio-disk serve` running"
                + " (systemctl status virtio-disk)? The disk is served as soon as it is;"
                + $" `virtio-disk detach --domain {paths.Domain} --id {paths.Number} --force` takes it back");
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

    private async Task<bool> TryWriteAsync(
        DiskPaths paths, DiskPlace place, DiskRequest request, int count, CancellationToken stop) => await store.TransactAsync(
        async transaction =>
        {
            // Somebody else was faster: choose again.
            if (await transaction.ExistsAsync(paths.Backend, stop))
                return false;
            // What was said about an earlier disk of this number is no answer to this one.
            if (await transaction.ExistsAsync(paths.Error, stop))
                await transaction.RemoveAsync(paths.Error, stop);
            var keys = BackendKeys(paths, place, request, count);
            await WriteAsync(transaction, paths.Frontend, FrontendKeys(paths), paths.Domain, default(DomainId), stop);
            await WriteAsync(transaction, paths.Backend, keys, default, paths.Domain, stop);
            if (await transaction.ExistsAsync($"/libxl/{paths.Domain}", stop))
                await WriteAsync(
                    transaction, paths.Libxl, [new("backend", paths.Backend), .. keys], default, reader: null, stop);
            return true;
        },
        stop);

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

    private static KeyValuePair<string, string>[] FrontendKeys(DiskPaths paths) =>
    [
        new("backend", paths.Backend),
        new("backend-id", "0"),
        new("state", "1"),
        new("virtual-device", Text(paths.Number)),
        new("device-type", "disk"),
    ];

    private static List<KeyValuePair<string, string>> BackendKeys(
        DiskPaths paths, DiskPlace place, DiskRequest request, int count)
    {
        List<KeyValuePair<string, string>> keys =
        [
            new("frontend", paths.Frontend),
            new("frontend-id", paths.Domain.ToString()),
            new("online", "1"),
            new("removable", "0"),
            new("bootable", "0"),
            new("state", "1"),
            new("dev", DeviceName(count)),
            new("type", "standalone"),
            new("mode", request.Image.IsReadOnly ? "r" : "w"),
            new("device-type", "disk"),
            new("specification", "virtio"),
            new("transport", place.IsPci ? "pci" : "mmio"),
            new("grant_usage", "0"),
            new("format", ImageSpec.Name(request.Image.Format)),
            new("queues", Text((uint)request.Queues)),
            new("params", request.Image.Location),
        ];
        if (place.IsPci)
            keys.Add(new("pci", place.PciSlot));
        else
            keys.AddRange(
                [new("base", place.Base.ToString(CultureInfo.InvariantCulture)), new("irq", Text((uint)place.Irq))]);
        if (request.Serial is not null)
            keys.Add(new("serial", request.Serial));
        return keys;
    }

    // What Linux will probably call it; for people who look at `xl block-list`.
    private static string DeviceName(int count)
    {
        const int Letters = 26;
        return count < Letters ? $"vd{(char)('a' + count)}" : $"vd{(char)('a' + (count / Letters) - 1)}{(char)('a' + (count % Letters))}";
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
