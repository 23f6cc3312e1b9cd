using System;
using Xen.Store.Tests.Stores;
using Xen.Sys;

namespace Xen.Store.Tests.Lab;

/// <summary>The store of a real Xen's dom0. Real domains are not made of nothing: tests that want them have other stores.</summary>
public abstract class LabStore : TestStore
{
    private readonly string _name;

    private protected LabStore(string name, XenStoreEndpoint endpoint)
    {
        _name = name;
        Endpoint = endpoint;
    }

    internal override bool IsOCaml => false;

    internal override XenStoreEndpoint Endpoint { get; }

    // Both ways lead to one store, at the same time.
    private protected override string Top => $"/test-{_name}";

    internal override TestDomain CreateUnknownDomain(DomainId id) =>
        throw new NotSupportedException("a test that wants domains carries the trait for it");

    private protected override void End()
    {
        using var client = Connect();
        if (client.Exists(Top))
            client.Remove(Top);
    }
}

/// <summary>Through the daemon's socket.</summary>
public sealed class SocketStore() : LabStore("socket", XenStoreEndpoint.Default);

/// <summary>Through Linux's xenbus device.</summary>
public sealed class XenbusStore() : LabStore("xenbus", XenStoreEndpoint.Xenbus());
