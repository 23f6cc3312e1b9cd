using System.Globalization;

namespace Xen.Sys;

/// <summary>A domain identifier. C origin: <c>domid_t</c>, public/xen.h.</summary>
/// <param name="Value">0 is the control domain; numbers from 0x7FF0 up are reserved.</param>
public readonly record struct DomainId(ushort Value)
{
    /// <summary>The domain that asks. C origin: <c>DOMID_SELF</c>.</summary>
    public static DomainId Self => new((ushort)XenAbi.DOMID_SELF);

    /// <summary>The owner of memory-mapped I/O pages. C origin: <c>DOMID_IO</c>.</summary>
    public static DomainId Io => new((ushort)XenAbi.DOMID_IO);

    /// <summary>The hypervisor as the owner of pages that it shares. C origin: <c>DOMID_XEN</c>.</summary>
    public static DomainId Xen => new((ushort)XenAbi.DOMID_XEN);

    /// <summary>The owner of pages that several domains share until one writes. C origin: <c>DOMID_COW</c>.</summary>
    public static DomainId CopyOnWrite => new((ushort)XenAbi.DOMID_COW);

    /// <summary>No domain. C origin: <c>DOMID_INVALID</c>.</summary>
    public static DomainId Invalid => new((ushort)XenAbi.DOMID_INVALID);

    /// <summary>The idle domain, which runs where nothing else does. C origin: <c>DOMID_IDLE</c>.</summary>
    public static DomainId Idle => new((ushort)XenAbi.DOMID_IDLE);

    /// <summary>True for the number of a real domain, false for the reserved ones (<see cref="Self"/> and others).</summary>
    public bool IsOrdinary => Value < XenAbi.DOMID_FIRST_RESERVED;

    /// <summary>The number, in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
