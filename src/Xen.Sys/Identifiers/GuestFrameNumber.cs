using System.Globalization;

namespace Xen.Sys;

/// <summary>
/// The number of a 4 KiB frame of a guest's physical address space. C origin: <c>xen_pfn_t</c>, public/xen.h.
/// </summary>
/// <param name="Value">Guest physical address divided by 4096.</param>
public readonly record struct GuestFrameNumber(ulong Value)
{
    /// <summary>The number, in hexadecimal.</summary>
    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
