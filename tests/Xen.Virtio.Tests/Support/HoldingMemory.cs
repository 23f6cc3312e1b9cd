using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Testing.Memory;

namespace Xen.Virtio.Tests.Support;

/// <summary>Guest memory that knows which ranges are held.</summary>
internal sealed class HoldingMemory : IGuestMemory
{
    public PlainGuestMemory Plain { get; } = new(1 << 20);

    public List<(ulong Address, int Length, GuestAccess Access)> Held { get; } = [];

    /// <summary>After so many more holds, each one fails.</summary>
    public int HoldsUntilFailure { get; set; } = int.MaxValue;

    public GuestMemoryView Enter() => Plain.Enter();

    public IDisposable Hold(ulong address, int length, GuestAccess access)
    {
        if (HoldsUntilFailure-- <= 0)
            throw new InvalidOperationException("this cannot be held");
        Held.Add((address, length, access));
        return new Range(this, (address, length, access));
    }

    private sealed class Range(HoldingMemory memory, (ulong Address, int Length, GuestAccess Access) range) : IDisposable
    {
        public void Dispose() => Assert.True(memory.Held.Remove(range));
    }
}
