using Xen.Sys;

namespace Xen.Store.Tests.Stores;

/// <summary>A real daemon.</summary>
public abstract class DaemonStore : TestStore
{
    private readonly RealDaemon _daemon;

    private protected DaemonStore(DaemonKind kind) => _daemon = RealDaemon.Start(kind);

    internal override bool IsOCaml => _daemon.Kind is DaemonKind.OCaml417 or DaemonKind.OCaml420;

    internal override XenStoreEndpoint Endpoint => XenStoreEndpoint.Unix(_daemon.SocketPath);

    private protected sealed override void End() => _daemon.Dispose();

    internal override TestDomain CreateUnknownDomain(DomainId id) =>
        new RingDomain(new FakeDomain(_daemon.RunDirectory, id.Value));
}

/// <summary>The daemon in C of Xen 4.17.</summary>
public sealed class C417Store() : DaemonStore(DaemonKind.C417);

/// <summary>The daemon in OCaml of Xen 4.17.</summary>
public sealed class OCaml417Store() : DaemonStore(DaemonKind.OCaml417);

/// <summary>The daemon in C of Xen 4.20.</summary>
public sealed class C420Store() : DaemonStore(DaemonKind.C420);

/// <summary>The daemon in OCaml of Xen 4.20.</summary>
public sealed class OCaml420Store() : DaemonStore(DaemonKind.OCaml420);
