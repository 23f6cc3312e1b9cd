using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Store.Tests.Stores;

/// <summary>A store that the tests of a class share; each test has its own part of it.</summary>
public abstract class TestStore : IDisposable
{
    private int _lastDomain = 10;
    private int _lastRoot;

    /// <summary>Gets whether this is the daemon in OCaml, which differs from the one in C here and there.</summary>
    internal abstract bool IsOCaml { get; }

    /// <summary>Gets the way to it for the control domain.</summary>
    internal abstract XenStoreEndpoint Endpoint { get; }

    /// <summary>Gets where the tests have their parts.</summary>
    private protected virtual string Top => "/test";

    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private protected abstract void End();

    internal XenStoreClient Connect(XenStoreOptions? options = null) =>
        XenStoreClient.Connect((options ?? new XenStoreOptions()) with { Endpoint = Endpoint });

    /// <summary>Makes a domain that the daemon does not serve yet.</summary>
    internal abstract TestDomain CreateUnknownDomain(DomainId id);

    /// <summary>A path that no other test has.</summary>
    internal string NextRoot() => $"{Top}/{Interlocked.Increment(ref _lastRoot)}";

    /// <summary>A domain that no other test has.</summary>
    internal DomainId NextDomain() => new((ushort)Interlocked.Increment(ref _lastDomain));

    /// <summary>Makes a domain that the daemon serves.</summary>
    internal TestDomain CreateDomain()
    {
        var domain = CreateUnknownDomain(NextDomain());
        domain.Introduce();
        return domain;
    }
}
