using Xen.Sys;

namespace Xen.Store.Tests.Stores;

/// <summary>A domain with a ring to a real daemon.</summary>
internal sealed class RingDomain(FakeDomain domain) : TestDomain(new DomainId((ushort)domain.Domid))
{
    internal override XenStoreEndpoint Endpoint => new RingEndpoint(domain);

    internal override void Introduce() => domain.Introduce();

    internal override void Shutdown() => domain.Shutdown();

    internal override void Destroy() => domain.Destroy();

    public override void Dispose() => domain.Dispose();
}
