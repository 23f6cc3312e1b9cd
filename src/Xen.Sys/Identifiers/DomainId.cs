using System.Globalization;

namespace Xen.Sys;

/// <summary>A domain identifier. C origin: <c>domid_t</c>, public/xen.h.</summary>
/// <param name="Value">0 is the control domain; numbers from 0x7FF0 up are reserved.</param>
public readonly record struct DomainId(ushort Value)
{
    /// <summary>True for the number of a real domain, false for the reserved ones (<c>DOMID_SELF</c> and others).</summary>
    public bool IsOrdinary => Value < XenAbi.DOMID_FIRST_RESERVED;

    /// <summary>The number, in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
