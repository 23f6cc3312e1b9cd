using System;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Which devices to look for.</summary>
public sealed record BackendDiscoveryOptions
{
    /// <summary>The domain that serves: the one that this program runs in.</summary>
    public DomainId Backend { get; init; }

    /// <summary>The kinds of devices.</summary>
    public IReadOnlyList<BackendKind> Kinds { get; init; } = [BackendKind.VirtioDisk, BackendKind.Virtio];

    /// <summary>
    /// Asks Xen how a domain ended; null means that it lives, or is suspended. Without it, a guest that shut down and
    /// is kept goes on being served, which harms nobody. Must be quick and must not throw.
    /// </summary>
    public Func<DomainId, DomainEnd?>? FindEnd { get; init; }
}
