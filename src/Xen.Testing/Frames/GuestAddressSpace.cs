using System;
using Xen.Sys;

namespace Xen.Testing.Frames;

/// <summary>Address space in which a domain's pages are seen as the guest sees them, from guest address 0.</summary>
/// <remarks>Where the domain has no page there is scratch memory of its own, so that nothing that looks there crashes.</remarks>
// SAFETY: the reservation has all frames from 0, ranges are cut to it, and it stays until nobody refers to this object.
internal sealed unsafe class GuestAddressSpace
{
    private const int Access = HostMemory.ProtectionRead | HostMemory.ProtectionWrite;

    private readonly MachineMemory _machine;
    private readonly byte* _address;

    internal GuestAddressSpace(MachineMemory machine, int frames)
    {
        _machine = machine;
        FrameCount = frames;
        _address = HostMemory.MapFresh(null, Length, Access);
    }

    ~GuestAddressSpace() => HostMemory.Unmap(_address, Length);

    internal int FrameCount { get; }

    internal Span<byte> Bytes => new(_address, FrameCount << XenPage.Shift);

    internal byte* Address => _address;

    private nuint Length => (nuint)FrameCount << XenPage.Shift;

    /// <summary>Shows neighbouring machine frames from a guest frame number on.</summary>
    internal void Show(ulong gfn, int frame, int count)
    {
        var shown = Cut(gfn, count);
        if (shown != 0)
            _machine.MapAt(_address + ((nuint)gfn << XenPage.Shift), frame, shown, Access);
    }

    /// <summary>The domain has no such pages any more.</summary>
    internal void Hide(ulong gfn, int count)
    {
        var hidden = Cut(gfn, count);
        if (hidden != 0)
            HostMemory.MapFresh(_address + ((nuint)gfn << XenPage.Shift), (nuint)hidden << XenPage.Shift, Access);
    }

    // What lies beyond is the domain's, too, but is not seen here.
    private int Cut(ulong gfn, int count) =>
        gfn >= (ulong)FrameCount ? 0 : (int)Math.Min((ulong)count, (ulong)FrameCount - gfn);
}
