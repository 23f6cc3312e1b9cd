using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>One view's grants, and the map of frames and the holds that it pins. Its only pin is the view's.</summary>
internal sealed unsafe class GrantMemoryMap(GrantGuestMemory memory, GuestMemoryMap? frames) : GuestMemoryMap
{
    private readonly List<(GrantRange Range, GuestAccess Access, IForeignMapping Mapping)> _mapped = [];
    private readonly List<GrantHold> _holds = [];

    public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
    {
        span = default;
        if ((address & GrantGuestMemory.GrantBit) == 0)
            return frames is not null && frames.TryGetSpan(address, length, access, out span);
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
        frames?.Unpin();
    }

    // SAFETY: the wanted grants are among those that are mapped, and these stay so while the view that asks lives.
    internal static Span<byte> Locate(
        scoped in GrantRange mapped, IForeignMapping mapping, scoped in GrantRange wanted, int length) =>
        new(mapping.Address + ((ulong)(wanted.First - mapped.First) << XenPage.Shift) + wanted.Offset, length);
}
