using System;

namespace Xen.Sys;

/// <summary>Grants pages of this domain to others.</summary>
public interface IGrantShares : IDisposable
{
    /// <summary>Takes fresh pages and grants them.</summary>
    /// <param name="domain">Who may map them.</param>
    /// <param name="pages">How many, at least one.</param>
    /// <param name="access">What that domain may do; this process reads and writes.</param>
    /// <param name="notification">What happens when they are unmapped here.</param>
    /// <returns>The pages, zeroed.</returns>
    /// <exception cref="HypercallException">ENOSPC: the limit of the driver. ENOMEM: no memory.</exception>
    IGrantShare Share(DomainId domain, int pages, ForeignAccess access, UnmapNotification notification = default);
}
