using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Store.Tests.Stores;

/// <summary>The store in memory, which promises to be as the daemon in C.</summary>
public sealed class MemoryStore : TestStore
{
    private readonly InMemoryXenStore _store = new();

    internal override bool IsOCaml => false;

    internal override XenStoreEndpoint Endpoint => _store.Endpoint();

    private protected override void End() => _store.DisconnectAll();

    internal override TestDomain CreateUnknownDomain(DomainId id)
    {
        _store.CreateDomain(id);
        return new Domain(_store, id);
    }

    private sealed class Domain(InMemoryXenStore store, DomainId id) : TestDomain(id)
    {
        internal override XenStoreEndpoint Endpoint => store.Endpoint(Id);

        internal override void Introduce() => store.IntroduceDomain(Id);

        internal override void Shutdown() => store.ShutdownDomain(Id);

        internal override void Destroy() => store.DestroyDomain(Id);

        public override void Dispose() => store.DestroyDomain(Id);
    }
}
