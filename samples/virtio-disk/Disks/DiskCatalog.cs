using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store;
using Xen.Sys;

namespace VirtioDisk.Disks;

/// <summary>The disks in the XenStore.</summary>
/// <param name="store">The store.</param>
internal sealed class DiskCatalog(XenStoreClient store)
{
    private readonly GuestDirectory _guests = new(store);

    /// <summary>The disks of all guests, in order.</summary>
    internal async Task<List<DiskEntry>> AllAsync(CancellationToken stop)
    {
        var disks = new List<DiskEntry>();
        var domains = (await _guests.TryListAsync(DiskPaths.All, stop))
            .Select(static text => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (ushort)0)
            .Where(static id => id != 0);
        foreach (var domain in domains.Order())
            disks.AddRange(await OfGuestAsync(new DomainId(domain), stop));
        return disks;
    }

    /// <summary>The disks of a guest, in order.</summary>
    internal async Task<List<DiskEntry>> OfGuestAsync(DomainId domain, CancellationToken stop)
    {
        var disks = new List<DiskEntry>();
        foreach (var text in await _guests.TryListAsync($"{DiskPaths.All}/{domain}", stop))
        {
            if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && await FindAsync(new DiskPaths(domain, number), stop) is { } disk)
                disks.Add(disk);
        }

        return [.. disks.OrderBy(static disk => disk.Paths.Number)];
    }

    /// <summary>One disk; null if it is not there.</summary>
    internal async Task<DiskEntry?> FindAsync(DiskPaths paths, CancellationToken stop)
    {
        try
        {
            var node = await store.SnapshotAsync(paths.Backend, stop);
            return DiskEntry.Of(paths, node, await ErrorAsync(paths, stop));
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            return null;
        }
    }

    /// <summary>The disk of a guest that a user means.</summary>
    /// <param name="domain">The guest.</param>
    /// <param name="number">Its number; null if the user expects that there is one only.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ToolException">There is none, or not one only.</exception>
    internal async Task<DiskEntry> ChooseAsync(DomainId domain, uint? number, CancellationToken stop)
    {
        var disks = await OfGuestAsync(domain, stop);
        if (number is not { } wanted)
        {
            return disks.Count == 1
                ? disks[0]
                : throw new ToolException(ExitCode.Usage, disks.Count == 0
                    ? $"domain {domain} has no virtio disk"
                    : $"domain {domain} has {disks.Count} virtio disks: say which with --id; `virtio-disk list` shows them");
        }

        return disks.Find(disk => disk.Paths.Number == wanted)
            ?? throw new ToolException(ExitCode.Usage, $"domain {domain} has no virtio disk {wanted}; `virtio-disk list` shows those that there are");
    }

    private async Task<string?> ErrorAsync(DiskPaths paths, CancellationToken stop) =>
        await store.TryReadBytesAsync($"{paths.Error}/error", stop) is { } text ? Encoding.UTF8.GetString(text) : null;
}
