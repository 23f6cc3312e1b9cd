using System;
using Xen.Machine;
using Xen.Testing.Memory;

namespace Xen.Virtio.Tests.Support;

/// <summary>Guest memory that tells of every access of the device before it happens.</summary>
internal sealed class ObservedGuestMemory(PlainGuestMemory memory, Action<ulong, int> accessing) : IGuestMemory
{
    private readonly Map _map = new(memory, accessing);

    public GuestMemoryView Enter()
    {
        _map.TryPin();
        return new GuestMemoryView(_map);
    }

    private sealed class Map(PlainGuestMemory memory, Action<ulong, int> accessing) : GuestMemoryMap
    {
        public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
        {
            accessing(address, length);
            span = memory.Span(address, length);
            return true;
        }

        protected override void Release()
        {
            // The memory belongs to the test.
        }
    }
}
