using System;
using Xen.Testing.Memory;

namespace Xen.Testing.Virtio;

/// <summary>Hands out guest physical memory from a range, in order. Nothing is given back one by one.</summary>
/// <param name="start">First address of the range.</param>
/// <param name="length">Length of the range in bytes.</param>
public sealed class GuestAllocator(ulong start, ulong length)
{
    private readonly ulong _end = start + length;

    /// <summary>
    /// Where the next allocation is looked for; assign an earlier value to give everything after it back.
    /// </summary>
    public ulong Position { get; set; } = start;

    /// <summary>Takes memory. Its content is whatever it was.</summary>
    /// <param name="bytes">How many bytes.</param>
    /// <param name="alignment">Alignment of the address, a power of two.</param>
    /// <exception cref="InvalidOperationException">The range is used up.</exception>
    public ulong Allocate(uint bytes, uint alignment = 16)
    {
        var address = (Position + alignment - 1) & ~(ulong)(alignment - 1);
        if (address + bytes > _end)
            throw new InvalidOperationException($"the guest has no {bytes} bytes left; give it more memory");
        Position = address + bytes;
        return address;
    }

    internal ulong AllocateZeroed(PlainGuestMemory memory, int bytes, int alignment)
    {
        var address = Allocate((uint)bytes, (uint)alignment);
        memory.Span(address, bytes).Clear();
        return address;
    }
}
