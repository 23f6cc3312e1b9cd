using System;
using System.Collections.Generic;
using System.Linq;
using Xen.DeviceModel;

namespace VirtioHosting;

/// <summary>The kinds of a program, and which of them a device is of.</summary>
/// <param name="kinds">The kinds.</param>
internal sealed class KindSet(IReadOnlyList<IDeviceKind> kinds)
{
    /// <summary>The kinds.</summary>
    internal IReadOnlyList<IDeviceKind> All => kinds;

    /// <summary>The kind, if it is the only one.</summary>
    internal IDeviceKind? Only => kinds.Count == 1 ? kinds[0] : null;

    /// <summary>What people call one device.</summary>
    internal string Noun => Only?.Noun ?? "device";

    /// <summary>What people call several devices.</summary>
    internal string Plural => Only?.Plural ?? "devices";

    /// <summary>What is to be looked for in the XenStore: each directory of it once, with the types of all kinds there.</summary>
    internal IReadOnlyList<BackendKind> Backends { get; } =
        [.. kinds.Select(static kind => kind.Backend).GroupBy(static backend => backend.Name).Select(Join)];

    /// <summary>Names of the directories of the XenStore that the kinds are in.</summary>
    internal IEnumerable<string> StoreKinds => Backends.Select(static backend => backend.Name);

    /// <summary>The kind that a device is of; null if it is somebody else's.</summary>
    /// <param name="storeKind">The directory of the XenStore that it is in.</param>
    /// <param name="type">Its key <c>type</c>; null if it has none.</param>
    internal IDeviceKind? Find(string storeKind, string? type) =>
        kinds.FirstOrDefault(kind => kind.Backend.Name == storeKind && kind.Backend.Types is { } types && types.Contains(type))
        ?? kinds.FirstOrDefault(kind => kind.Backend.Name == storeKind && kind.Backend.Types is null);

    /// <summary>Opens a device.</summary>
    /// <exception cref="UsageException">It is of no kind that is served.</exception>
    internal IHostedDevice Open(BackendDevice device, HostedDeviceContext context) =>
        (Find(device.Id.Kind, device["type"])
            ?? throw new UsageException($"type = '{device["type"]}', of which kind this program serves none"))
            .Open(device, context);

    // A key is waited for if no kind does without it.
    private static BackendKind Join(IEnumerable<BackendKind> backends)
    {
        BackendKind[] all = [.. backends];
        return all[0] with
        {
            RequiredKeys = [.. all.Select(static one => one.RequiredKeys.AsEnumerable()).Aggregate(Enumerable.Intersect)],
            Types = Array.Exists(all, static one => one.Types is null)
                ? null
                : [.. all.SelectMany(static one => one.Types!).Distinct()],
        };
    }
}
