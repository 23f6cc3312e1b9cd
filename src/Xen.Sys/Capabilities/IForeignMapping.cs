using System;

namespace Xen.Sys;

/// <summary>Memory of another domain, mapped until disposed.</summary>
public unsafe interface IForeignMapping : IDisposable
{
    /// <summary>Start of the mapping. Invalid after <see cref="IDisposable.Dispose"/>.</summary>
    byte* Address { get; }

    /// <summary>Length in pages of <see cref="XenPage.Size"/>.</summary>
    int PageCount { get; }
}
