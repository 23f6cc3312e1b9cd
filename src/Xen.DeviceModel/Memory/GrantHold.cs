using System;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>
/// Grants that stay mapped: of a queue's ring, while the queue runs. Another queue's view may reach into it, and pins it:
/// what is mapped goes with the hold and the last such view.
/// </summary>
internal sealed class GrantHold(GrantGuestMemory memory, GrantRange range, GuestAccess access, IForeignMapping mapping)
    : GuestMemoryMap, IDisposable
{
    private int _ended;

    /// <summary>Whether a range is wholly in it, and may be used so.</summary>
    internal bool Serves(in GrantRange wanted, GuestAccess use) => range.Contains(wanted, access, use);

    public override bool TryGetSpan(ulong address, int length, GuestAccess use, out Span<byte> span)
    {
        span = default;
        if (!GrantRange.TryFind(address, length, out var wanted) || !Serves(wanted, use))
            return false;
        span = GrantMemoryMap.Locate(range, mapping, wanted, length);
        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        memory.Forget(this);
        Retire();
    }

    protected override void Release() => memory.Unmap(mapping);
}
