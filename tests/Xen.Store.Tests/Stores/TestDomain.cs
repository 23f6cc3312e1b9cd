using System;
using Xen.Sys;

namespace Xen.Store.Tests.Stores;

/// <summary>A domain beside the control domain.</summary>
internal abstract class TestDomain(DomainId id) : IDisposable
{
    internal DomainId Id => id;

    internal string Home => $"/local/domain/{id}";

    /// <summary>The way to the store for the domain.</summary>
    internal abstract XenStoreEndpoint Endpoint { get; }

    /// <summary>Has the daemon serve it.</summary>
    internal abstract void Introduce();

    /// <summary>It shuts down, and stays there.</summary>
    internal abstract void Shutdown();

    /// <summary>It is no more.</summary>
    internal abstract void Destroy();

    public abstract void Dispose();

    internal XenStoreClient Connect(XenStoreOptions? options = null) =>
        XenStoreClient.Connect((options ?? new XenStoreOptions()) with { Endpoint = Endpoint });
}
