using System;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A domain's memory over foreign mappings, which are made where a device first reaches.</summary>
/// <remarks>
/// The map is replaced as a whole when Xen says that it changed, and dropped for good when the domain is gone: a
/// dying domain stays a zombie for as long as its pages are mapped here. Thread-safe.
/// </remarks>
public sealed class ForeignGuestMemory : IGuestMemory, IDisposable
{
    private readonly IForeignMemory _foreignMemory;
    private readonly DomainId _domain;
    private readonly ulong _frameCount;
    private readonly Lock _change = new();
    private GuestMemoryMap _current;

    private ForeignGuestMemory(IForeignMemory foreignMemory, DomainId domain, ulong frameCount)
    {
        _foreignMemory = foreignMemory;
        _domain = domain;
        _frameCount = frameCount;
        _current = NewMap();
    }

    /// <summary>Opens a domain's memory. Nothing is mapped yet.</summary>
    /// <param name="transport">Asks Xen how far the domain's memory reaches.</param>
    /// <param name="foreignMemory">Maps it; must outlive this object.</param>
    /// <param name="domain">The domain.</param>
    /// <exception cref="HypercallException">There is no such domain, or not the permission to map its memory.</exception>
    public static ForeignGuestMemory Open(
        IHypercallTransport transport, IForeignMemory foreignMemory, DomainId domain)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(foreignMemory);
        MemoryOp.MaximumGfn(transport, domain, out var maximum).OrThrow("memory_op maximum_gpfn", domain);
        return new ForeignGuestMemory(foreignMemory, domain, maximum.Value + 1);
    }

    /// <inheritdoc/>
    public GuestMemoryView Enter()
    {
        while (true)
        {
            var map = Volatile.Read(ref _current);
            if (map.TryPin())
                return new GuestMemoryView(map);
        }
    }

    /// <summary>
    /// Starts over with an empty map, since frames may have changed places. Views that were entered before keep the
    /// old one until they end.
    /// </summary>
    public void Invalidate()
    {
        lock (_change)
        {
            if (_current is not AbsentMemoryMap)
                Replace(NewMap());
        }
    }

    /// <summary>Drops every mapping for good, as soon as the last view ends. Accesses fail from here on.</summary>
    public void Drop()
    {
        lock (_change)
        {
            if (_current is not AbsentMemoryMap)
                Replace(new AbsentMemoryMap());
        }
    }

    /// <summary>The same as <see cref="Drop"/>.</summary>
    public void Dispose() => Drop();

    private ForeignMemoryMap NewMap() =>
        new(_foreignMemory.OpenWindow(_domain, _frameCount, ForeignAccess.ReadWrite));

    private void Replace(GuestMemoryMap next)
    {
        var previous = _current;
        Volatile.Write(ref _current, next);
        previous.Retire();
    }
}
