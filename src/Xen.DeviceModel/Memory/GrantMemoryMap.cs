using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>One view's grants, and the map of frames and the holds that it pins. Its only pin is the view's.</summary>
/// <remarks>It serves one view after another: a device enters several times per request, and that is to allocate nothing.</remarks>
internal sealed unsafe class GrantMemoryMap(GrantGuestMemory memory) : GuestMemoryMap
{
    // The guest has a say in how long the lists get: a map with longer ones is not kept.
    private const int KeptCapacity = 1024;

    private readonly List<(GrantRange Range, GuestAccess Access, IForeignMapping Mapping)> _mapped = [];
    private readonly List<GrantHold> _holds = [];
    private GuestMemoryMap? _frames;

    /// <summary>Begins to serve a view.</summary>
    /// <param name="frames">Pinned; unpinned when the view ends.</param>
    internal void Begin(GuestMemoryMap? frames) => _frames = frames;

    public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
    {
        span = default;
        if ((address & GrantGuestMemory.GrantBit) == 0)
            return _frames is not null && _frames.TryGetSpan(address, length, access, out span);
        if (length == 0)
            return true;
        if (!GrantRange.TryFind(address, length, out var range))
            return false;

        foreach (var pinned in _holds)
        {
            if (pinned.TryGetSpan(address, length, access, out span))
                return true;
        }

        if (memory.PinHold(range, access) is { } hold)
        {
            _holds.Add(hold);
            return hold.TryGetSpan(address, length, access, out span);
        }

        foreach (var (mappedRange, mappedAccess, mapping) in _mapped)
        {
            if (mappedRange.Contains(range, mappedAccess, access))
            {
                span = Locate(mappedRange, mapping, range, length);
                return true;
            }
        }

        if (memory.TryMap(range, access) is not { } added)
            return false;
        _mapped.Add((range, access, added));
        span = Locate(range, added, range, length);
        return true;
    }

    public override bool EndBuffers()
    {
        if (_mapped.Count == 0)
            return false;
        foreach (var (_, _, mapping) in _mapped)
            memory.Unmap(mapping);
        _mapped.Clear();
        return true;
    }

    protected override void Release()
    {
        EndBuffers();
        foreach (var hold in _holds)
            hold.Unpin();
        _holds.Clear();
        _frames?.Unpin();
        _frames = null;
        if (_mapped.Capacity > KeptCapacity || _holds.Capacity > KeptCapacity)
            return;
        Reuse();
        memory.Keep(this);
    }

    // SAFETY: the wanted grants are among those that are mapped, and these stay so while the view that asks lives.
    internal static Span<byte> Locate(
        scoped in GrantRange mapped, IForeignMapping mapping, scoped in GrantRange wanted, int length) =>
        new(mapping.Address + ((ulong)(wanted.First - mapped.First) << XenPage.Shift) + wanted.Offset, length);
}
