using System;
using Xen.Testing.Store;

namespace Xen.Store.Conformance.Targets;

/// <summary>A store, and what a hypervisor does around it.</summary>
internal abstract class StoreTarget : IDisposable
{
    /// <summary>Starts one.</summary>
    internal static StoreTarget Start(StoreKind kind) => kind switch
    {
        StoreKind.Memory => new MemoryTarget(new InMemoryXenStore()),
        StoreKind.C417 => new DaemonTarget(DaemonKind.C417),
        StoreKind.OCaml417 => new DaemonTarget(DaemonKind.OCaml417),
        StoreKind.C420 => new DaemonTarget(DaemonKind.C420),
        _ => new DaemonTarget(DaemonKind.OCaml420),
    };

    /// <summary>A connection that may do all.</summary>
    internal abstract IByteChannel Connect();

    /// <summary>Makes a domain that runs, and has not been introduced.</summary>
    internal abstract void Make(int domain);

    /// <summary>Introduces a domain that was made, and gives its connection.</summary>
    internal abstract IByteChannel Introduce(int domain);

    /// <summary>Shuts a domain down.</summary>
    internal abstract void Shutdown(int domain);

    /// <summary>Destroys a domain.</summary>
    internal abstract void Destroy(int domain);

    public abstract void Dispose();
}
