using System;
using Xen.Sys;
using Xen.Testing.Store.Machine;

namespace Xen.Testing.Store;

// What a hypervisor and a toolstack do.
public sealed partial class InMemoryXenStore
{
    /// <summary>
    /// Makes a domain without introducing it: from now on, permissions may name it, and a client's INTRODUCE succeeds.
    /// </summary>
    /// <param name="domain">The domain; one that is there is left as it is.</param>
    /// <exception cref="ArgumentException">It is no number of a domain.</exception>
    public void CreateDomain(DomainId domain)
    {
        lock (_gate)
            _state = StoreMachine.CreateDomain(_state, domain);
    }

    /// <summary>Introduces a domain, as a toolstack does when it has built it: <c>@introduceDomain</c>.</summary>
    /// <param name="domain">The domain; it is made if it is not there.</param>
    /// <exception cref="ArgumentException">It is no number of a domain.</exception>
    public void IntroduceDomain(DomainId domain)
    {
        lock (_gate)
            Apply(StoreMachine.IntroduceDomain(_state, domain));
    }

    /// <summary>A domain shuts down, or crashes, and stays there: <c>@releaseDomain</c>.</summary>
    /// <param name="domain">The domain; one that is not there is passed over.</param>
    public void ShutdownDomain(DomainId domain)
    {
        lock (_gate)
            Apply(StoreMachine.ShutdownDomain(_state, domain));
    }

    /// <summary>
    /// A domain is destroyed: <c>@releaseDomain</c>. Its connections end, and the nodes that it owns are removed.
    /// </summary>
    /// <param name="domain">The domain; one that is not there is passed over.</param>
    public void DestroyDomain(DomainId domain)
    {
        lock (_gate)
            Apply(StoreMachine.DestroyDomain(_state, domain));
    }
}
