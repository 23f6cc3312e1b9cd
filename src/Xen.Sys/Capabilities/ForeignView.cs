using System;
using System.Diagnostics.CodeAnalysis;

namespace Xen.Sys;

/// <summary>An access to mapped memory. While it is open the memory stays mapped, whoever disposes of the mapping.</summary>
/// <remarks>
/// Declare it with <c>using</c>. Its spans cannot leave the block that the view is declared in: the compiler refuses it.
/// It does not see a view that is disposed of within the block: its spans must not be used after that. Nor does it see
/// copies: only one of a view and its copies may be disposed of, or the others' memory, and that of another view, is no
/// longer held. A view that is never disposed of keeps the memory mapped for good. What spans show may change at any time,
/// since the other domain has the memory, too: copy first, then check.
/// </remarks>
// SAFETY: the mapping holds the address mapped until Release, which Dispose calls once for a view that is not copied; all
// ranges are checked against its length and its pages' errors.
public unsafe ref struct ForeignView : IDisposable
{
    private readonly byte* _address;
    private ForeignMapping? _mapping;

    internal ForeignView(ForeignMapping mapping, byte* address)
    {
        _mapping = mapping;
        _address = address;
    }

    /// <summary>Length in bytes.</summary>
    /// <exception cref="ObjectDisposedException">The view was disposed of.</exception>
    public readonly long Length => (long)Mapping.PageCount * XenPage.Size;

    private readonly ForeignMapping Mapping =>
        _mapping ?? throw new ObjectDisposedException(nameof(ForeignView));

    /// <summary>Memory for reading and writing.</summary>
    /// <param name="offset">First byte within the mapping.</param>
    /// <param name="length">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the mapping.</exception>
    /// <exception cref="HypercallException">A page of the range is not there: its errno.</exception>
    /// <exception cref="InvalidOperationException">The memory is mapped for reading only.</exception>
    [UnscopedRef]
    public Span<byte> GetSpan(long offset, int length)
    {
        if (Mapping.Access != ForeignAccess.ReadWrite)
            throw new InvalidOperationException("the memory is mapped for reading only: use GetReadOnlySpan");
        return new Span<byte>(Check(offset, length), length);
    }

    /// <summary>Memory for reading.</summary>
    /// <param name="offset">First byte within the mapping.</param>
    /// <param name="length">Number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the mapping.</exception>
    /// <exception cref="HypercallException">A page of the range is not there: its errno.</exception>
    [UnscopedRef]
    public ReadOnlySpan<byte> GetReadOnlySpan(long offset, int length) => new(Check(offset, length), length);

    /// <summary>Ends the access.</summary>
    public void Dispose()
    {
        var mapping = _mapping;
        _mapping = null;
        mapping?.Release();
    }

    private readonly byte* Check(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        if (length != 0)
            CheckPages((int)(offset / XenPage.Size), (int)((offset + length - 1) / XenPage.Size));
        return _address + offset;
    }

    private readonly void CheckPages(int first, int last)
    {
        for (var page = first; page <= last; page++)
        {
            var errno = Mapping.GetError(page);
            if (errno != 0)
                throw new HypercallException($"access to page {page} of a foreign mapping", errno);
        }
    }
}
