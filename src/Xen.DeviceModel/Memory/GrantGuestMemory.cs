using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A domain's memory as far as it grants it: addresses with bit 63 set name grants, not frames.</summary>
/// <remarks>
/// An address is 2^63 | reference &lt;&lt; 12 | offset, and a buffer over several pages has consecutive references: so Linux's
/// grant-dma-ops make them. A buffer is mapped when a device reaches for it, only to be read if that is all it does, and is
/// unmapped before the guest gets it back (<see cref="GuestMemoryView.EndBuffers"/>) or at the latest with the view. Rings stay
/// mapped while they are held, and while a view lives that reached into them. What the guest may have mapped at a time is
/// bounded; more of it is refused, as a wrong reference is: never by an exception. A view allocates nothing, but for what
/// mapping a buffer takes. Thread-safe; each view is its thread's own.
/// </remarks>
public sealed class GrantGuestMemory : IGuestMemory, IDisposable
{
    /// <summary>The bit that tells the address of a grant from that of a frame.</summary>
    public const ulong GrantBit = 1UL << 63;

    /// <summary>The longest buffer in pages: 1 MiB, from wherever it starts.</summary>
    public const int MaximumPages = 257;

    /// <summary>How many pages may be mapped at a time, unless another number is wanted: 64 MiB.</summary>
    public const int DefaultPageLimit = 16384;

    private readonly IGrantTable _grants;
    private readonly DomainId _domain;
    private readonly ForeignGuestMemory? _frames;
    private readonly int _pageLimit;
    private readonly ILogger _logger;
    private readonly Lock _change = new();
    private readonly Lock _keep = new();
    private readonly Stack<GrantMemoryMap> _kept = new();
    private ImmutableArray<GrantHold> _holds = [];
    private int _mappedPages;
    private bool _dropped;

    /// <summary>Gives access to what a domain grants. Nothing is mapped yet.</summary>
    /// <param name="grants">Maps grants; must outlive this object.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="frames">Reached by addresses without <see cref="GrantBit"/>; null if there is nothing.</param>
    /// <param name="pageLimit">How many pages may be mapped at a time.</param>
    /// <param name="logger">Told of grants that are none.</param>
    public GrantGuestMemory(
        IGrantTable grants,
        DomainId domain,
        ForeignGuestMemory? frames = null,
        int pageLimit = DefaultPageLimit,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(grants);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageLimit);
        _grants = grants;
        _domain = domain;
        _frames = frames;
        _pageLimit = pageLimit;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Pages that are mapped now.</summary>
    public int MappedPages => Volatile.Read(ref _mappedPages);

    /// <inheritdoc/>
    public GuestMemoryView Enter()
    {
        GrantMemoryMap? map;
        lock (_keep)
            _ = _kept.TryPop(out map);
        map ??= new GrantMemoryMap(this);
        map.Begin(_frames?.Pin());
        return new GuestMemoryView(map);
    }

    /// <inheritdoc/>
    public IDisposable? Hold(ulong address, int length, GuestAccess access)
    {
        if (!GrantRange.TryFind(address, length, out var range) || TryMap(range, access) is not { } mapping)
            return null;

        var hold = new GrantHold(this, range, access, mapping);
        lock (_change)
            ImmutableInterlocked.InterlockedExchange(ref _holds, _holds.Add(hold));
        return hold;
    }

    /// <summary>Maps nothing any more. What is mapped goes with its views and holds.</summary>
    public void Drop() => Volatile.Write(ref _dropped, true);

    /// <summary>The same as <see cref="Drop"/>.</summary>
    public void Dispose() => Drop();

    /// <summary>A view has ended: its map serves another one. There are as many as there have been views at a time.</summary>
    internal void Keep(GrantMemoryMap map)
    {
        lock (_keep)
            _kept.Push(map);
    }

    /// <summary>The hold that a range is wholly in, if there is one.</summary>
    /// <returns>Pinned: to be unpinned once.</returns>
    internal GrantHold? PinHold(in GrantRange range, GuestAccess access)
    {
        foreach (var hold in _holds)
        {
            if (hold.Serves(range, access) && hold.TryPin())
                return hold;
        }

        return null;
    }

    /// <summary>Maps grants.</summary>
    /// <returns>Null if they cannot be mapped so, or not now. To be given to <see cref="Unmap"/>.</returns>
    internal IForeignMapping? TryMap(in GrantRange range, GuestAccess access)
    {
        if (Volatile.Read(ref _dropped))
            return null;
        if (Interlocked.Add(ref _mappedPages, range.Pages) > _pageLimit)
        {
            Interlocked.Add(ref _mappedPages, -range.Pages);
            return null;
        }

        try
        {
            Span<ForeignGrant> grants = stackalloc ForeignGrant[range.Pages];
            for (var i = 0; i < grants.Length; i++)
                grants[i] = new ForeignGrant(_domain, new GrantReference(range.First + (uint)i));
            return _grants.Map(grants, access == GuestAccess.Read ? ForeignAccess.ReadOnly : ForeignAccess.ReadWrite);
        }
        catch (Exception error) when (error is HypercallException or ObjectDisposedException)
        {
            Interlocked.Add(ref _mappedPages, -range.Pages);
            _logger.GrantsRefused(_domain, range.First, range.Pages, error);
            return null;
        }
    }

    /// <summary>Unmaps grants, before it returns.</summary>
    internal void Unmap(IForeignMapping mapping)
    {
        mapping.Dispose();
        Interlocked.Add(ref _mappedPages, -mapping.PageCount);
    }

    /// <summary>A hold has ended: no view finds it from here on.</summary>
    internal void Forget(GrantHold hold)
    {
        lock (_change)
            ImmutableInterlocked.InterlockedExchange(ref _holds, _holds.Remove(hold));
    }
}
