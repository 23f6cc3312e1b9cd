using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A domain's memory over foreign mappings, which are made where a device first reaches, or all at once.</summary>
/// <remarks>
/// The map is replaced as a whole when Xen says that it changed, and dropped for good when the domain is gone: a
/// dying domain stays a zombie for as long as its pages are mapped here. Thread-safe.
/// </remarks>
public sealed class ForeignGuestMemory : IGuestMemory, IDisposable
{
    /// <summary>
    /// Frames that can be reached: 4 TiB of guest physical addresses, all that Arm guests can have. It costs address
    /// space only, and does not depend on how much memory the guest has or will get.
    /// </summary>
    public const ulong FrameLimit = 1UL << 30;

    /// <summary>Bytes of address space that <see cref="MapAtOnce"/> maps at most: 14 GiB.</summary>
    public const ulong MostAtOnce = ((ulong)ForeignMemoryMap.AtOnceCount * ForeignMemoryChunk.Frames) << XenPage.Shift;

    private readonly IForeignMemory _foreignMemory;
    private readonly DomainId _domain;
    private readonly ILogger _logger;
    private readonly Lock _change = new();
    private GuestMemoryMap _current = new AbsentMemoryMap();
    private bool _dropped;

    /// <summary>Gives access to a domain's memory. Nothing is mapped yet, and nothing is asked of Xen.</summary>
    /// <param name="foreignMemory">Maps it; must outlive this object.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="logger">Told when memory cannot be mapped for want of address space.</param>
    public ForeignGuestMemory(IForeignMemory foreignMemory, DomainId domain, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(foreignMemory);
        _foreignMemory = foreignMemory;
        _domain = domain;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public GuestMemoryView Enter() => new(Pin());

    /// <summary>
    /// Maps what there is of RAM, 2 MiB at a time, so that no device waits for that later. What is not found here is mapped
    /// when a device reaches for it, as without this.
    /// </summary>
    /// <remarks>
    /// Xen's answers are no measure for the work, since the guest has a say in them: it ends when all pages that the guest has
    /// are found but for less than 2 MiB, at <see cref="MostAtOnce"/>, and for each bank where nothing has been for
    /// 128 MiB. It is about the map of this moment: after <see cref="Invalidate"/>, which a guest causes as often as it likes,
    /// memory is mapped where devices reach. Nothing is mapped of a guest whose memory is populated on demand.
    /// </remarks>
    /// <param name="layout">Where RAM may be.</param>
    /// <returns>How many pages were found.</returns>
    public long MapAtOnce(GuestRamLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (layout.IsPopulatedOnDemand)
        {
            _logger.NotMappedAtOnce(_domain);
            return 0;
        }

        var map = Pin();
        try
        {
            var pages = (map as ForeignMemoryMap)?.PopulateAll(layout) ?? 0;
            _logger.MappedAtOnce(_domain, pages, layout.PageCount);
            return pages;
        }
        finally
        {
            map.Unpin();
        }
    }

    /// <summary>The map as it is now.</summary>
    /// <returns>Pinned: to be unpinned once.</returns>
    internal GuestMemoryMap Pin()
    {
        while (true)
        {
            var map = Volatile.Read(ref _current);
            if (map is not ForeignMemoryMap { IsFull: false })
                map = Renew();
            if (map.TryPin())
                return map;
        }
    }

    /// <summary>
    /// Starts over, since frames may have changed places. Views that were entered before keep the old map until they
    /// end.
    /// </summary>
    public void Invalidate()
    {
        lock (_change)
            Replace(new AbsentMemoryMap());
    }

    /// <summary>Drops every mapping for good, as soon as the last view ends. Accesses fail from here on.</summary>
    public void Drop()
    {
        lock (_change)
        {
            _dropped = true;
            Replace(new AbsentMemoryMap());
        }
    }

    /// <summary>The same as <see cref="Drop"/>.</summary>
    public void Dispose() => Drop();

    // A stale map is never used for want of a new one: accesses fail until there is address space again.
    private GuestMemoryMap Renew()
    {
        lock (_change)
        {
            if (_dropped || _current is ForeignMemoryMap { IsFull: false })
                return _current;

            try
            {
                Replace(new ForeignMemoryMap(
                    _foreignMemory.OpenWindow(_domain, FrameLimit, ForeignAccess.ReadWrite)));
            }
            catch (HypercallException error)
            {
                _logger.NoAddressSpace(_domain, error);
                if (_current is ForeignMemoryMap)
                    Replace(new AbsentMemoryMap());
            }

            return _current;
        }
    }

    private void Replace(GuestMemoryMap next)
    {
        var previous = _current;
        Volatile.Write(ref _current, next);
        previous.Retire();
    }
}
