using Xen.Store;
using Xen.Sys;

namespace Xen.Testing.Store;

/// <summary>The way to a store in memory.</summary>
internal sealed class MemoryEndpoint(InMemoryXenStore store, DomainId domain) : XenStoreEndpoint
{
    internal const string MemoryName = "memory";

    public override string Name => MemoryName;

    public override IXenStoreTransport Open() => store.Connect(domain);
}
