using System.Globalization;

namespace Xen.Sys;

/// <summary>A release of Xen.</summary>
/// <param name="Major">4, for instance.</param>
/// <param name="Minor">17, for instance.</param>
public readonly record struct XenVersion(ushort Major, ushort Minor)
{
    /// <summary>As people write it: 4.17.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
