using Xen.Store.Tests.Clients;

namespace Xen.Store.Tests.Lab;

/// <summary>The client in a real dom0, through the daemon's socket. tests/EndToEnd brings it there.</summary>
[Trait("Category", "InDom0")]
public sealed class SocketInDom0Tests(SocketStore store) : StoreClientTests(store), IClassFixture<SocketStore>;

/// <summary>The client in a real dom0, through the kernel's device. tests/EndToEnd brings it there.</summary>
[Trait("Category", "InDom0")]
public sealed class XenbusInDom0Tests(XenbusStore store) : StoreClientTests(store), IClassFixture<XenbusStore>;
