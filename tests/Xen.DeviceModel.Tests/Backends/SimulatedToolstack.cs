using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Xen.Store;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.DeviceModel.Tests.Backends;

/// <summary>What libxl does with virtio devices, on a store in memory.</summary>
internal sealed class SimulatedToolstack : IAsyncDisposable
{
    internal InMemoryXenStore Memory { get; } = new();

    internal SimulatedToolstack() => Store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = Memory.Endpoint() });

    internal XenStoreClient Store { get; }

    internal static string Back(BackendDeviceId id) => $"/local/domain/0/backend/{id}";

    internal static string Front(BackendDeviceId id) => $"/local/domain/{id.Frontend}/device/{id.Kind}/{id.Number}";

    internal static BackendDeviceId Disk(ushort frontend, uint number = 51712) =>
        new("virtio_disk", new DomainId(frontend), number);

    /// <summary>The keys of the back end that libxl writes for a disk.</summary>
    internal static Dictionary<string, string> DiskKeys(BackendDeviceId id, string image = "/images/a.img") => new()
    {
        ["frontend"] = Front(id),
        ["frontend-id"] = id.Frontend.ToString(),
        ["online"] = "1",
        ["removable"] = "0",
        ["bootable"] = "1",
        ["state"] = "1",
        ["dev"] = "xvda",
        ["type"] = "standalone",
        ["mode"] = "w",
        ["device-type"] = "disk",
        ["specification"] = "virtio",
        ["transport"] = "mmio",
        ["base"] = "33554432",
        ["irq"] = "33",
        ["grant_usage"] = "0",
        ["params"] = image,
    };

    internal async Task CreateDomainAsync(ushort domain, string uuid)
    {
        await Store.WriteAsync($"/local/domain/{domain}/vm", $"/vm/{uuid}");
        Memory.IntroduceDomain(new DomainId(domain));
    }

    internal async Task DestroyDomainAsync(ushort domain)
    {
        Memory.DestroyDomain(new DomainId(domain));
        await RemoveAsync($"/local/domain/{domain}");
    }

    /// <summary>Both directories in one transaction, as libxl writes them.</summary>
    internal async Task AddAsync(BackendDeviceId id, IReadOnlyDictionary<string, string>? keys = null) =>
        await Store.TransactAsync(async transaction =>
        {
            await transaction.WriteAsync($"{Front(id)}/state", "1");
            foreach (var (name, value) in keys ?? DiskKeys(id))
                await transaction.WriteAsync($"{Back(id)}/{name}", value);
        });

    /// <summary>Both directories, at once and without asking: what libxl does for a domain that is destroyed.</summary>
    internal async Task RemoveAsync(BackendDeviceId id)
    {
        await RemoveAsync(Front(id));
        await RemoveAsync(Back(id));
    }

    /// <summary>Asks the back end to close the device.</summary>
    internal async Task BeginDetachAsync(BackendDeviceId id) => await Store.TransactAsync(async transaction =>
    {
        await transaction.WriteAsync($"{Back(id)}/online", "0");
        await transaction.WriteAsync($"{Back(id)}/state", "5");
    });

    internal async Task<string?> StateAsync(BackendDeviceId id) => await Store.TryReadAsync($"{Back(id)}/state");

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private async Task RemoveAsync(string path)
    {
        try
        {
            await Store.RemoveAsync(path);
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            // Its parent is gone.
        }
    }
}
