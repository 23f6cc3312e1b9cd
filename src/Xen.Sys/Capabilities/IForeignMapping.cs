using System;

namespace Xen.Sys;

/// <summary>Memory of another domain, or of Xen, mapped until disposed.</summary>
/// <remarks>
/// Disposal while a view is open takes effect when the last view ends: nobody's access ever meets an unmapped page.
/// A second disposal does nothing. Thread-safe.
/// </remarks>
public unsafe interface IForeignMapping : IDisposable
{
    /// <summary>Start of the mapping, for owners that see to its life by themselves.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    byte* Address { get; }

    /// <summary>Length in pages of <see cref="XenPage.Size"/>.</summary>
    int PageCount { get; }

    /// <summary>How the pages are mapped.</summary>
    ForeignAccess Access { get; }

    /// <summary>Whether a page is there.</summary>
    /// <param name="page">Its index within the mapping.</param>
    /// <returns>0, or a positive errno for a page that could not be mapped and must not be touched.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such page.</exception>
    int GetError(int page);

    /// <summary>Opens a view, which keeps the memory mapped until it is disposed of.</summary>
    /// <returns>The view.</returns>
    /// <exception cref="ObjectDisposedException">The mapping was disposed of.</exception>
    ForeignView OpenView();
}
