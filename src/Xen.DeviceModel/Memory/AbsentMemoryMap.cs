using System;
using Xen.Machine;

namespace Xen.DeviceModel;

/// <summary>The map of a domain that is gone: nothing is there.</summary>
internal sealed class AbsentMemoryMap : GuestMemoryMap
{
    public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
    {
        span = default;
        return false;
    }

    protected override void Release()
    {
    }
}
