using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Store.Conformance.Targets;

/// <summary>The store in memory.</summary>
internal sealed class MemoryTarget(InMemoryXenStore store) : StoreTarget
{
    internal override IByteChannel Connect() => new MemoryChannel(store.Connect());

    internal override void Make(int domain) => store.CreateDomain(new DomainId((ushort)domain));

    internal override IByteChannel Introduce(int domain) => new MemoryChannel(store.Connect(new DomainId((ushort)domain)));

    internal override void Shutdown(int domain) => store.ShutdownDomain(new DomainId((ushort)domain));

    internal override void Destroy(int domain) => store.DestroyDomain(new DomainId((ushort)domain));

    public override void Dispose() => store.DisconnectAll();
}
