using System;

namespace Xen.Sys;

/// <summary>Pages of this domain that another one may map.</summary>
public interface IGrantShare : IForeignMapping
{
    /// <summary>What to tell the other domain: a reference per page.</summary>
    ReadOnlyMemory<GrantReference> References { get; }
}
