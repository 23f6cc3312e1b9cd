using System.Globalization;

namespace Xen.Sys;

/// <summary>
/// An entry of a domain's grant table, which gives another domain access to a page. C origin: <c>grant_ref_t</c>,
/// public/grant_table.h.
/// </summary>
/// <param name="Value">Index into the granting domain's table; 0 to 7 are reserved.</param>
public readonly record struct GrantReference(uint Value)
{
    /// <summary>The entry of the console's ring. C origin: <c>GNTTAB_RESERVED_CONSOLE</c>.</summary>
    public static GrantReference Console => new(XenAbi.GNTTAB_RESERVED_CONSOLE);

    /// <summary>The entry of XenStore's ring. C origin: <c>GNTTAB_RESERVED_XENSTORE</c>.</summary>
    public static GrantReference XenStore => new(XenAbi.GNTTAB_RESERVED_XENSTORE);

    /// <summary>The number, in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
