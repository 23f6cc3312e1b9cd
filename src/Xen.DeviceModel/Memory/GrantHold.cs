using System;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Grants that stay mapped: of a queue's ring, while the queue runs.</summary>
internal sealed class GrantHold(GrantGuestMemory memory, GrantRange range, GuestAccess access, IForeignMapping mapping)
    : IDisposable
{
    private int _ended;

    internal GrantRange Range => range;

    internal IForeignMapping Mapping => mapping;

    internal bool Serves(in GrantRange other, GuestAccess wanted) => range.Contains(other, access, wanted);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            memory.End(this);
    }
}
