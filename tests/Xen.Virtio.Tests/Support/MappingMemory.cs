using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;
using Xen.Testing.Memory;

namespace Xen.Virtio.Tests.Support;

/// <summary>Guest memory of which buffers are mapped page by page, as grants are: few at a time.</summary>
/// <param name="memory">The memory.</param>
/// <param name="firstBuffer">What is below is always mapped.</param>
/// <param name="pageLimit">Most pages that a view has mapped at a time.</param>
internal sealed class MappingMemory(PlainGuestMemory memory, ulong firstBuffer, int pageLimit) : IGuestMemory
{
    private int _views;

    /// <summary>Views that live.</summary>
    public int Views => Volatile.Read(ref _views);

    public GuestMemoryView Enter()
    {
        Interlocked.Increment(ref _views);
        return new GuestMemoryView(new Map(this));
    }

    private bool TryGetSpan(HashSet<ulong> mapped, ulong address, int length, out Span<byte> span)
    {
        span = default;
        if (address >= firstBuffer)
        {
            for (var page = address >> 12; length != 0 && page <= (address + (ulong)length - 1) >> 12; page++)
                mapped.Add(page);
            if (mapped.Count > pageLimit)
                return false;
        }

        span = memory.Span(address, length);
        return true;
    }

    private sealed class Map(MappingMemory owner) : GuestMemoryMap
    {
        private readonly HashSet<ulong> _mapped = [];

        public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span) =>
            owner.TryGetSpan(_mapped, address, length, out span);

        public override bool EndBuffers()
        {
            var any = _mapped.Count != 0;
            _mapped.Clear();
            return any;
        }

        protected override void Release() => Interlocked.Decrement(ref owner._views);
    }
}
