using System.Globalization;

namespace Xen.Sys;

/// <summary>The number of a virtual CPU within its domain. Xen's interfaces pass it as a plain integer.</summary>
/// <param name="Value">From 0 up.</param>
public readonly record struct VcpuId(uint Value)
{
    /// <summary>The number, in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
