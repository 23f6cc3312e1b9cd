using Xen.Store.Tests.Stores;

namespace Xen.Store.Tests.Clients;

/// <summary>The client and the daemon in C of Xen 4.17.</summary>
public sealed class C417Tests(C417Store store) : StoreClientTests(store), IClassFixture<C417Store>
{
    protected override int Increments => 10_000;
}
